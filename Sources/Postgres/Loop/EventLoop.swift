import CLinuxEvents
import Glibc
import Synchronization

/// One thread that waits in epoll for every connection and is the executor of the pool that owns them.
///
/// libpq is called from this thread only, so it needs no lock, and no thread of the cooperative pool ever waits for
/// the database.
final class EventLoop: SerialExecutor {
    typealias Body = @Sendable () -> Void

    private enum Item {
        /// A slice of a task that is isolated to the pool.
        case job(UnownedJob)
        /// A piece of work that needs no task.
        case body(Body)
    }

    private struct State {
        var inbox: [Item] = []
        /// True while the thread sleeps in epoll_wait and needs the eventfd to wake.
        var isAsleep = false
        var isStopped = false
        var handlers: [CInt: Body] = [:]
        var timers = TimerQueue()
    }

    private let state = Mutex(State())
    private let epollDescriptor: CInt
    private let wakeDescriptor: CInt
    private let thread = Atomic<UInt>(0)
    private static let readable = EPOLLIN.rawValue
    private static let writable = EPOLLOUT.rawValue

    init() throws(PostgresError) {
        epollDescriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        var event = epoll_event(events: Self.readable, data: epoll_data(fd: wakeDescriptor))
        guard epollDescriptor >= 0, wakeDescriptor >= 0,
            epoll_ctl(epollDescriptor, EPOLL_CTL_ADD, wakeDescriptor, &event) == 0
        else {
            throw PostgresError(.other, "cannot start the database loop: \(String(cString: strerror(errno)))")
        }
        try startThread { self.serve() }
    }

    /// Here and not at the thread's end, so that no late wake-up writes to a descriptor that is somebody else's by then.
    deinit {
        for descriptor in [epollDescriptor, wakeDescriptor] where descriptor >= 0 { close(descriptor) }
    }

    // MARK: - Executor

    func enqueue(_ job: consuming ExecutorJob) {
        let isAccepted = post(.job(UnownedJob(job)))
        precondition(isAccepted, "a task entered the pool after its loop had stopped")
    }

    /// Runs `body` on the loop's thread, after what was posted before it; false when the loop has been stopped.
    ///
    /// Cheaper than an actor hop: no task is suspended and resumed for it.
    func execute(_ body: @escaping Body) -> Bool { post(.body(body)) }

    private func post(_ item: Item) -> Bool {
        let (isAccepted, mustWake) = state.withLock { state in
            guard !state.isStopped else { return (false, false) }
            state.inbox.append(item)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if mustWake { wake() }
        return isAccepted
    }

    func checkIsolated() {
        precondition(thread.load(ordering: .relaxed) == UInt(pthread_self()), "not on the database loop's thread")
    }

    /// Ends the thread once its queue is empty; it cannot be started again.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    // MARK: - Sockets and timers, on the loop's thread

    /// Starts to watch a socket for reading.
    func watch(_ socket: CInt, handler: @escaping Body) -> Bool {
        var event = epoll_event(events: Self.readable, data: epoll_data(fd: socket))
        guard epoll_ctl(epollDescriptor, EPOLL_CTL_ADD, socket, &event) == 0 else { return false }
        state.withLock { $0.handlers[socket] = handler }
        return true
    }

    /// Adds or drops interest in writing.
    func setWritable(_ socket: CInt, _ wanted: Bool) {
        let events = wanted ? Self.readable | Self.writable : Self.readable
        var event = epoll_event(events: events, data: epoll_data(fd: socket))
        epoll_ctl(epollDescriptor, EPOLL_CTL_MOD, socket, &event)
    }

    /// Stops watching; before libpq closes the socket.
    func unwatch(_ socket: CInt) {
        _ = state.withLock { $0.handlers.removeValue(forKey: socket) }
        epoll_ctl(epollDescriptor, EPOLL_CTL_DEL, socket, nil)
    }

    func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping Body) -> TimerQueue.ID {
        state.withLock { $0.timers.add(at: deadline, body) }
    }

    func cancel(_ timer: TimerQueue.ID) { state.withLock { $0.timers.remove(timer) } }

    // MARK: - The thread

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }

    private func serve() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var items: [Item] = []
        while true {
            let (isFinished, timeout) = state.withLock { state in
                swap(&items, &state.inbox)
                let timeout = items.isEmpty ? state.timers.millisecondsToNext() : 0
                state.isAsleep = timeout != 0
                return (state.isStopped && items.isEmpty, timeout)
            }
            if isFinished { break }
            run(items)
            items.removeAll(keepingCapacity: true)
            let ready = epoll_wait(epollDescriptor, &events, CInt(events.count), timeout)
            let due = state.withLock { state in
                state.isAsleep = false
                return state.timers.takeDue()
            }
            for body in due { body() }
            if ready > 0 { dispatch(events.prefix(Int(ready))) }
        }
    }

    private func run(_ items: [Item]) {
        for item in items {
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .body(let body): body()
            }
        }
    }

    private func dispatch(_ events: ArraySlice<epoll_event>) {
        for event in events {
            let descriptor = event.data.fd
            if descriptor == wakeDescriptor {
                var count: UInt64 = 0
                _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
            } else if let handler = state.withLock({ $0.handlers[descriptor] }) {
                handler()
            }
        }
    }
}
