import Time

/// Deadlines of target ranges, in the order in which they fall due.
///
/// Deadlines are appended in time's order, so the earliest is at the head. Targets that no longer wait are passed over when they come
/// to the head: the work is constant per target over its whole life.
struct DeadlineQueue: Codable, Equatable, Sendable {
    private struct Entry: Codable, Equatable, Sendable {
        var first: Int
        var end: Int
        var deadline: Timestamp

        enum CodingKeys: String, CodingKey {
            case first = "f"
            case end = "e"
            case deadline = "d"
        }
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The earliest deadline of a target that still waits, as of the last ``settle(_:)``.
    var earliest: Timestamp? { head < entries.count ? entries[head].deadline : nil }

    mutating func append(_ targets: Range<Int>, deadline: Timestamp) {
        entries.append(Entry(first: targets.lowerBound, end: targets.upperBound, deadline: deadline))
    }

    /// Drops targets at the head that no longer wait.
    mutating func settle(_ waits: (Int) -> Bool) {
        while head < entries.count {
            while entries[head].first < entries[head].end, !waits(entries[head].first) { entries[head].first += 1 }
            guard entries[head].first == entries[head].end else { break }
            head += 1
        }
        // Removing the passed entries moves the rest: only when there are as many of them.
        if head >= 64, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// Up to `limit` targets that still wait though their deadline has come.
    func due(at now: Timestamp, limit: Int, _ waits: (Int) -> Bool) -> [Int] {
        var targets: [Int] = []
        for entry in entries[head...] {
            guard entry.deadline <= now else { break }
            for target in entry.first..<entry.end where waits(target) {
                guard targets.count < limit else { return targets }
                targets.append(target)
            }
        }
        return targets
    }
}
