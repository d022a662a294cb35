import DequeModule
import Logging

/// The connections of a client: opens them on demand up to a maximum, and serves callers first come, first served.
///
/// It lives on the loop's thread. Callers post closures to the loop and enter with `assumeIsolated`; no task ever
/// hops onto this actor.
actor ConnectionPool {
    typealias LeaseID = UInt64

    private final class Member {
        let id: UInt64
        let connection: Connection
        /// Kept here: a connection that has met its end no longer knows it.
        let socket: CInt
        var isLent = false
        var isWatchedForWriting = false
        /// Closed, not reused, when it comes back.
        var mustClose = false

        init(id: UInt64, connection: Connection) {
            self.id = id
            self.connection = connection
            socket = connection.socket
        }
    }

    /// How soon a server that had no more connections to give is asked again.
    private static let reopenInterval = Duration.milliseconds(100)

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let configuration: PostgresConfiguration
    private let connector: Connector
    private let logger: Logger
    private var members: [UInt64: Member] = [:]
    /// Free connections, the last used first: the others may then be found idle.
    private var idle: [UInt64] = []
    private var waiters: Deque<Waiter> = []
    private var opening = 0
    private var lastID: UInt64 = 0
    private var timer: TimerQueue.ID?
    /// Why the last connection could not be opened though callers wait for it.
    private var refusal: PostgresError?
    private var onClosed: (@Sendable () -> Void)?
    private var isClosed = false
    /// Those who have waited.
    private var past = PoolStatistics()

    init(_ configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        precondition(configuration.maxConnections > 0, "a pool has at least one connection")
        connector = try Connector(configuration, logger: logger)
        loop = try EventLoop()
        self.configuration = configuration
        self.logger = logger
    }

    // MARK: - Callers

    /// Lends a connection, now or when one is free.
    func lend(to waiter: Waiter) {
        guard !isClosed else { return waiter.fail(PostgresError(.closed, "the database client is closed")) }
        if waiters.isEmpty, let id = idle.popLast(), let member = members[id] { return lend(member, to: waiter) }
        guard waiters.count < configuration.maxWaiters else {
            let message = "\(waiters.count) callers wait for one of \(configuration.maxConnections) connections"
            return waiter.fail(PostgresError(.poolFull, message))
        }
        guard !waiter.ticket.isCancelled else { return waiter.fail(.cancelled) }
        waiters.append(waiter)
        past.waits += 1
        openForWaiters()
        armTimer()
    }

    /// Runs work on a lent connection.
    func run(_ work: Work, on lease: LeaseID) {
        guard let member = members[lease] else {
            return work.complete(.failure(PostgresError(.connectionLost, "the connection broke before")))
        }
        member.connection.run(work)
        settle(member)
    }

    /// Takes a lent connection back once its work is done.
    func takeBack(_ lease: LeaseID, closing: Bool) {
        guard let member = members[lease] else { return }
        member.isLent = false
        member.mustClose = member.mustClose || closing
        settle(member)
    }

    /// Frees the place of callers whose task was cancelled.
    func dropCancelled() {
        let line = waiters
        waiters.removeAll(keepingCapacity: true)
        // One look at each: its task may be cancelled at any moment, between two looks as well.
        for waiter in line {
            if waiter.ticket.isCancelled { noteWait(waiter).fail(.cancelled) } else { waiters.append(waiter) }
        }
        armTimer()
    }

    /// Refuses new callers and those who wait, lets work in flight finish, closes every connection, then calls back.
    func close(_ completion: @escaping @Sendable () -> Void) {
        guard !isClosed else { return completion() }
        isClosed = true
        onClosed = completion
        for waiter in waiters { noteWait(waiter).fail(PostgresError(.closed, "the database client was closed")) }
        waiters.removeAll()
        armTimer()
        for id in idle { if let member = members[id] { remove(member) } }
        idle.removeAll()
        finishClosing()
    }

    var statistics: PoolStatistics {
        var statistics = past
        (statistics.open, statistics.idle) = (members.count, idle.count)
        (statistics.opening, statistics.waiting) = (opening, waiters.count)
        return statistics
    }

    /// Counts how long the caller stood in line, which it leaves.
    private func noteWait(_ waiter: Waiter) -> Waiter {
        past.waited += ContinuousClock.now - waiter.since
        return waiter
    }

    // MARK: - Connections

    private func openForWaiters() {
        while !isClosed, opening < waiters.count, members.count + opening < configuration.maxConnections {
            opening += 1
            connector.open { [weak self] result in self?.post(opened: result) }
        }
    }

    private nonisolated func post(opened result: consuming Result<PQHandle, PostgresError>) {
        let box = HandOver(result)
        // A loop that has stopped needs no connection: the box closes it.
        _ = loop.execute { self.assumeIsolated { $0.admit(box) } }
    }

    private func admit(_ box: HandOver) {
        opening -= 1
        let connection: Connection
        do {
            connection = try box.open()
        } catch {
            return openingFailed(error)
        }
        refusal = nil
        lastID += 1
        let member = Member(id: lastID, connection: connection)
        let id = lastID
        let isWatched = loop.watch(member.socket) { [weak self] in
            self?.assumeIsolated { $0.ready(id) }
        }
        guard isWatched else { return openingFailed(PostgresError(.connectFailed, "cannot watch a socket")) }
        members[id] = member
        settle(member)
    }

    private func openingFailed(_ error: PostgresError) {
        if isClosed { return finishClosing() }
        logger.warning("database connection failed", metadata: ["error": "\(error)"])
        guard error.code == .tooManyConnections else {
            waiters.popFirst().map(noteWait)?.fail(error)
            openForWaiters()
            return armTimer()
        }
        // The callers wait for a connection of our own at work or about to be, or else for others to give one back.
        guard members.isEmpty, opening == 0 else { return }
        refusal = error
        _ = loop.schedule(at: .now + Self.reopenInterval) { [weak self] in
            self?.assumeIsolated { $0.openForWaiters() }
        }
    }

    private func ready(_ id: UInt64) {
        guard let member = members[id] else { return }
        member.connection.ready()
        settle(member)
    }

    /// After anything that may have changed a connection: watches its socket accordingly and gives it on if it is free.
    private func settle(_ member: Member) {
        let connection = member.connection
        if connection.isBroken { return drop(member) }
        let mustWrite = connection.interest == .readAndWrite
        if member.isWatchedForWriting != mustWrite {
            loop.setWritable(member.socket, mustWrite)
            member.isWatchedForWriting = mustWrite
        }
        guard !member.isLent, connection.isIdle, !idle.contains(member.id) else { return }
        guard !isClosed, !member.mustClose, !connection.isBloated, !connection.isInTransaction else {
            return drop(member)
        }
        if let waiter = waiters.popFirst() {
            lend(member, to: noteWait(waiter))
            armTimer()
        } else {
            idle.append(member.id)
        }
    }

    private func lend(_ member: Member, to waiter: Waiter) {
        switch waiter.purpose {
        case .run(let work):
            member.connection.run(work)
            settle(member)
        case .lease(let complete):
            member.isLent = true
            complete(.success(member.id))
        }
    }

    private func drop(_ member: Member) {
        if member.connection.isBroken {
            logger.info("database connection lost", metadata: ["postgres.connection": "\(member.id)"])
        }
        remove(member)
        openForWaiters()
        finishClosing()
    }

    private func remove(_ member: Member) {
        loop.unwatch(member.socket)
        idle.removeAll { $0 == member.id }
        members[member.id] = nil
    }

    private func finishClosing() {
        guard isClosed, members.isEmpty, opening == 0, let completion = onClosed.take() else { return }
        completion()
        loop.stop()
    }

    // MARK: - Deadlines

    /// All wait equally long, so the first in the queue is the first whose time is up.
    private func armTimer() {
        if let timer = timer.take() { loop.cancel(timer) }
        guard let first = waiters.first else { return }
        timer = loop.schedule(at: first.deadline) { [weak self] in
            self?.assumeIsolated { $0.dropLate() }
        }
    }

    private func dropLate() {
        timer = nil
        let now = ContinuousClock.now
        while let first = waiters.first, first.deadline <= now {
            waiters.removeFirst()
            let message =
                "none of \(configuration.maxConnections) connections was free within \(configuration.acquireTimeout)"
            noteWait(first).fail(refusal ?? PostgresError(.poolTimeout, message))
        }
        armTimer()
    }
}

extension PostgresError {
    static var cancelled: Self { Self(.cancelled, "cancelled while waiting for a database connection") }
}
