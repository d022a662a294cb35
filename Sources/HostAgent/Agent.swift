import AgentProtocol
package import Logging
package import Time

/// An enrolled agent at work: fetches orders one by one, carries them out, reports.
package struct Agent: Sendable {
    /// How long the control plane may hold a poll open.
    package static let pollWait = Duration.seconds(50)
    /// An empty answer that comes sooner than this is not a long poll's.
    private static let shortestPoll = Duration.seconds(1)
    /// Polls without an order after which the agent asks for order keys all the same: some seven hours.
    package static let pollsPerKeyQuestion = 500
    /// How long into a poll the agent counts as idle.
    package static let restlessness = Duration.seconds(3)
    /// How long the next poll waits for the reports of the last order.
    private static let deliveryTime = Duration.seconds(30)

    private let ledger: Ledger
    private let link: any ControlPlaneLink
    private let work: OrderWork
    private let sender: ReportSender
    private let inventories: InventoryStore
    private let repairs: RepairDesk?
    private let clock: any Clock<Duration>
    private let onIdle: @Sendable () -> Void
    private let isReplaced: @Sendable () -> Bool
    private let upkeep: @Sendable () async throws -> Void
    private let onRefused: @Sendable () async throws -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - keyring: learns of new order keys; nil for an agent that keeps the ledger's.
    ///   - repairs: of the doctor, to be told of; nil for an agent without one.
    ///   - workLock: held while an order is carried out; nil where nobody else works on the host.
    ///   - onIdle: called when the agent has come to rest in a poll, at the start and after each order.
    ///   - isReplaced: whether another program should go on in this one's place; asked between two polls.
    ///   - upkeep: done before each poll; it may fail.
    ///   - onRefused: called each time the agent's signature is not accepted; what it throws ends ``run()``.
    package init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        executor: any HostRunExecutor,
        inventories: InventoryStore,
        outputs: OutputStore? = nil,
        keyring: OrderKeyring? = nil,
        repairs: RepairStore? = nil,
        workLock: WorkLock? = nil,
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        clock: any Clock<Duration> = QuietClock(),
        onIdle: @escaping @Sendable () -> Void = {},
        isReplaced: @escaping @Sendable () -> Bool = { false },
        upkeep: @escaping @Sendable () async throws -> Void = {},
        onRefused: @escaping @Sendable () async throws -> Void = {},
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.inventories = inventories
        self.repairs = repairs.map { RepairDesk(store: $0, link: link, logger: logger) }
        self.clock = clock
        self.onIdle = onIdle
        self.isReplaced = isReplaced
        self.upkeep = upkeep
        self.onRefused = onRefused
        self.logger = logger
        work = OrderWork(
            ledger: ledger,
            link: link,
            executor: executor,
            keyring: keyring,
            workLock: workLock,
            now: now,
            clock: clock,
            logger: logger
        )
        sender = ReportSender(
            ledger: ledger,
            link: link,
            inventories: inventories,
            outputs: outputs,
            clock: clock,
            logger: logger
        )
    }

    /// Goes on with what the journal holds, then serves orders until cancelled or replaced.
    ///
    /// - Throws: ``JournalFailure`` when the journal cannot be read; `CancellationError`.
    package func run() async throws {
        try await ledger.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work.patiently("reports cannot be kept track of") { try await sender.run() } }
            defer { group.cancelAll() }
            try await serve()
        }
    }

    // MARK: - Steps

    private func serve() async throws {
        try await work.resume()
        var backoff = Backoff.link
        var isRestless = true
        var told = ToldFailure()
        var idlePolls = 0
        while true {
            try await settle()
            guard !isReplaced() else {
                logger.notice("another agent has been installed; ending, so that it starts")
                return
            }
            // With so much that the control plane did not take, another order would only add to it.
            guard await ledger.outbox.count < ReportBatch.maximumCount else { continue }
            await repairs?.deliver()
            guard let envelope = try await poll(&backoff, &isRestless, &told) else {
                idlePolls += 1
                if idlePolls.isMultiple(of: Self.pollsPerKeyQuestion) { _ = try await work.learnKeys() }
                continue
            }
            if case .take? = try await work.take(envelope) {
                backoff.reset()
                isRestless = true
                try await work.carryOut()
            } else {
                // An order that is not done may be offered again at once, and for ever.
                try await clock.sleep(for: backoff.next())
            }
        }
    }

    /// Lets the reports of the last order go first, or it would be offered again; then no inventory of it is needed.
    private func settle() async throws {
        try await ledger.waitForOutbox(atMost: Self.deliveryTime, on: clock) { $0.isEmpty }
        do throws(FileFailure) {
            try inventories.sweep(keeping: await ledger.inventories)
        } catch {
            logger.warning("old inventories stay", metadata: ["error": "\(error)"])
        }
        do {
            try await upkeep()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning("upkeep failed; trying again later", metadata: ["error": "\(error)"])
        }
    }

    /// - Parameter isRestless: whether ``onIdle`` is still to be called.
    private func poll(
        _ backoff: inout Backoff,
        _ isRestless: inout Bool,
        _ told: inout ToldFailure
    ) async throws -> OrderEnvelope? {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            if isRestless { group.addTask { await rest() } }
            let envelope = try await fetch(&backoff, &told)
            group.cancelAll()
            if try await group.next() == true { isRestless = false }
            return envelope
        }
    }

    /// Calls ``onIdle`` when the poll beside it is still open a while later; the poll's end cancels it.
    ///
    /// - Returns: whether it was called.
    private func rest() async -> Bool {
        do {
            try await clock.sleep(for: Self.restlessness)
            onIdle()
            return true
        } catch {
            return false
        }
    }

    /// The next order; nil when there is none, after a wait that keeps the requests apart.
    private func fetch(_ backoff: inout Backoff, _ told: inout ToldFailure) async throws -> OrderEnvelope? {
        var answer = Result<OrderEnvelope?, LinkFailure>.success(nil)
        let duration = await clock.measure {
            do throws(LinkFailure) {
                answer = .success(try await link.nextOrder(wait: Self.pollWait))
            } catch {
                answer = .failure(error)
            }
        }
        let pause: Duration
        switch answer {
        case .success(let envelope?):
            told.reset()
            return envelope
        case .success(nil):
            told.reset()
            guard duration < Self.shortestPoll else {
                backoff.reset()
                return nil
            }
            pause = backoff.next()
        case .failure(let error):
            try Task.checkCancellation()
            if case .unauthorized = error { try await onRefused() }
            pause = backoff.wait(after: error)
            if told.isNews(error) {
                logger.warning(
                    "no order can be fetched; trying again",
                    metadata: ["error": "\(error)", "in": "\(pause)"]
                )
            }
        }
        try await clock.sleep(for: pause)
        return nil
    }
}
