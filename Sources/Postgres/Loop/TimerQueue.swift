/// Bodies to run at a moment, soonest first.
///
/// The pool keeps one timer at a time, so a sorted array is all it takes.
struct TimerQueue {
    struct ID: Equatable {
        fileprivate var number: UInt64
    }

    private struct Entry {
        var id: ID
        var deadline: ContinuousClock.Instant
        var body: EventLoop.Body
    }

    private var entries: [Entry] = []
    private var last: UInt64 = 0

    mutating func add(at deadline: ContinuousClock.Instant, _ body: @escaping EventLoop.Body) -> ID {
        last += 1
        let entry = Entry(id: ID(number: last), deadline: deadline, body: body)
        let place = entries.firstIndex { $0.deadline > deadline } ?? entries.endIndex
        entries.insert(entry, at: place)
        return entry.id
    }

    mutating func remove(_ id: ID) { entries.removeAll { $0.id == id } }

    /// For `epoll_wait`: rounded up, so that the timer is due when it returns; -1 when there is none.
    func millisecondsToNext() -> CInt {
        guard let first = entries.first else { return -1 }
        let wait = first.deadline - .now
        guard wait > .zero else { return 0 }
        let (seconds, attoseconds) = wait.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return CInt(seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    mutating func takeDue() -> [EventLoop.Body] {
        guard let first = entries.first, first.deadline <= .now else { return [] }
        let now = ContinuousClock.now
        let due = entries.prefix { $0.deadline <= now }.map(\.body)
        entries.removeFirst(due.count)
        return due
    }
}
