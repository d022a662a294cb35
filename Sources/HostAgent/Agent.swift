import AgentProtocol
package import Logging
package import Time

/// An enrolled agent at work: fetches orders one by one, carries them out, reports.
package struct Agent: Sendable {
    /// How long the control plane may hold a poll open.
    package static let pollWait = Duration.seconds(50)
    /// An empty answer that comes sooner than this is not a long poll's.
    private static let shortestPoll = Duration.seconds(1)
    /// How long into a poll the agent counts as idle.
    package static let restlessness = Duration.seconds(3)
    /// How long the next poll waits for the reports of the last order.
    private static let deliveryTime = Duration.seconds(30)

    private let ledger: Ledger
    private let link: any ControlPlaneLink
    private let driver: HostRunDriver
    private let sender: ReportSender
    private let inventories: InventoryStore
    private let keyring: OrderKeyring?
    private let repairs: RepairDesk?
    private let workLock: WorkLock?
    private let clock: any Clock<Duration>
    private let onIdle: @Sendable () -> Void
    private let onContact: @Sendable () -> Void
    private let isReplaced: @Sendable () -> Bool
    private let logger: Logger

    /// - Parameters:
    ///   - keyring: learns of new order keys; nil for an agent that keeps the ledger's.
    ///   - repairs: of the doctor, to be told of; nil for an agent without one.
    ///   - workLock: held while an order is carried out; nil where nobody else works on the host.
    ///   - onIdle: called when the agent has come to rest in a poll, at the start and after each order.
    ///   - onContact: called when the control plane has answered a poll.
    ///   - isReplaced: whether another program should go on in this one's place; asked between two polls.
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
        clock: any Clock<Duration> = ContinuousClock(),
        onIdle: @escaping @Sendable () -> Void = {},
        onContact: @escaping @Sendable () -> Void = {},
        isReplaced: @escaping @Sendable () -> Bool = { false },
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.inventories = inventories
        self.keyring = keyring
        self.repairs = repairs.map { RepairDesk(store: $0, link: link, logger: logger) }
        self.workLock = workLock
        self.clock = clock
        self.onIdle = onIdle
        self.onContact = onContact
        self.isReplaced = isReplaced
        self.logger = logger
        driver = HostRunDriver(
            ledger: ledger,
            executor: executor,
            slots: SlotDesk(ledger: ledger, link: link, now: now, clock: clock, logger: logger),
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
            group.addTask { try await patiently("reports cannot be kept track of") { try await sender.run() } }
            defer { group.cancelAll() }
            try await serve()
        }
    }

    // MARK: - Steps

    private func serve() async throws {
        try await carryOut { try await driver.resume() }
        var backoff = Backoff.link
        var isRestless = true
        while true {
            try await settle()
            guard !isReplaced() else {
                logger.notice("another agent has been installed; ending, so that it starts")
                return
            }
            // With so much that the control plane did not take, another order would only add to it.
            guard await ledger.outbox.count < ReportBatch.maximumCount else { continue }
            await repairs?.deliver()
            guard let envelope = try await poll(&backoff, &isRestless) else { continue }
            if try await isTaken(envelope) {
                backoff.reset()
                isRestless = true
                try await carryOut { try await driver.drive() }
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
    }

    /// - Parameter isRestless: whether ``onIdle`` is still to be called.
    private func poll(_ backoff: inout Backoff, _ isRestless: inout Bool) async throws -> OrderEnvelope? {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            if isRestless { group.addTask { await rest() } }
            let envelope = try await fetch(&backoff)
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
    private func fetch(_ backoff: inout Backoff) async throws -> OrderEnvelope? {
        var answer = Result<OrderEnvelope?, LinkFailure>.success(nil)
        let duration = await clock.measure {
            do throws(LinkFailure) {
                answer = .success(try await link.nextOrder(wait: Self.pollWait))
                onContact()
            } catch {
                answer = .failure(error)
            }
        }
        let pause: Duration
        switch answer {
        case .success(let envelope?):
            return envelope
        case .success(nil):
            guard duration < Self.shortestPoll else {
                backoff.reset()
                return nil
            }
            pause = backoff.next()
        case .failure(let error):
            try Task.checkCancellation()
            pause = backoff.wait(after: error)
            logger.warning("no order can be fetched; trying again", metadata: ["error": "\(error)", "in": "\(pause)"])
        }
        try await clock.sleep(for: pause)
        return nil
    }

    /// Asks for the keys that the control plane has made known since, before an order is judged by those that were known.
    ///
    /// - Returns: false when they cannot be had now: the order may be signed by one of them, and is left for later.
    private func knowsKeys(of envelope: OrderEnvelope) async throws -> Bool {
        guard let keyring, let version = envelope.keyVersion, version > keyring.version else { return true }
        do {
            guard try keyring.learn(try await link.orderKeys()) else { return true }
            await ledger.trust(keyring.keys)
            logger.notice("order keys changed", metadata: ["version": "\(keyring.version)"])
            return true
        } catch {
            try Task.checkCancellation()
            logger.warning("new order keys cannot be learned; trying again", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func isTaken(_ envelope: OrderEnvelope) async throws -> Bool {
        guard try await knowsKeys(of: envelope) else { return false }
        let reception = try await patiently("the order cannot be kept") { try await ledger.receive(envelope) }
        switch reception {
        case .take(let order):
            logger.info("order taken", metadata: ["order.id": "\(order.id)"])
            return true
        case .repeated(let report):
            logger.info("the order ended before; its result is sent again", metadata: ["order.id": "\(report.order)"])
        case .refuse(let refusal, _):
            logger.warning(
                "order refused",
                metadata: [
                    "order.id": "\(refusal.order ?? "unreadable")", "reason": "\(refusal.reason.rawValue)",
                    "detail": "\(refusal.detail)",
                ]
            )
        }
        return false
    }

    /// Drives the run under way to its end.
    ///
    /// When the host's own files fail the run goes on later from what the journal holds.
    private func carryOut(_ begin: () async throws -> Void) async throws {
        do {
            try await apartFromRepairs(begin)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.error("the order cannot go on; trying again", metadata: ["error": "\(error)"])
            try await clock.sleep(for: Backoff.firstPause)
            try await patiently("the order cannot go on") { try await apartFromRepairs { try await driver.resume() } }
        }
    }

    /// Waits until the doctor has ended its repairs.
    private func apartFromRepairs(_ work: () async throws -> Void) async throws {
        guard let workLock else { return try await work() }
        while try await workLock.holding(work) == nil {
            logger.info("waiting for the doctor, which repairs this host")
            try await clock.sleep(for: .seconds(5))
        }
    }

    /// Repeats what fails for want of a disk or the like, with growing pauses.
    private func patiently<Result: Sendable>(
        _ complaint: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        var backoff = Backoff(initial: Backoff.firstPause, maximum: .seconds(60))
        while true {
            do {
                return try await body()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let pause = backoff.next()
                logger.error("\(complaint); trying again", metadata: ["error": "\(error)", "in": "\(pause)"])
                try await clock.sleep(for: pause)
            }
        }
    }
}
