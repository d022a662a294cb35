import AgentProtocol
import Logging
import Time

/// Takes orders and carries them out: what every agent does with them, however it comes by them.
struct OrderWork: Sendable {
    private let ledger: Ledger
    private let link: any ControlPlaneLink
    private let keyring: OrderKeyring
    private let driver: HostRunDriver
    private let turn: WorkTurn
    private let watch: OrderWatch
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - keyring: learns of new order keys.
    ///   - workLock: held while an order is carried out; nil where nobody else works on the host.
    init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        executor: any HostRunExecutor,
        keyring: OrderKeyring,
        workLock: WorkLock?,
        now: @escaping @Sendable () -> Timestamp,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.keyring = keyring
        self.clock = clock
        self.logger = logger
        turn = WorkTurn(lock: workLock, clock: clock, logger: logger)
        watch = OrderWatch(ledger: ledger, link: link, clock: clock, logger: logger)
        driver = HostRunDriver(
            ledger: ledger,
            executor: executor,
            slots: SlotDesk(ledger: ledger, link: link, now: now, clock: clock, logger: logger),
            now: now,
            clock: clock,
            logger: logger
        )
    }

    /// Goes on with what the journal holds.
    func resume() async throws { try await carryOut { try await driver.resume() } }

    /// Drives the run under way to its end.
    func carryOut() async throws { try await carryOut { try await driver.drive() } }

    /// Receives an order; one that is taken is to be carried out now.
    ///
    /// - Returns: nil when it cannot be judged yet.
    func take(_ envelope: OrderEnvelope) async throws -> Reception? {
        guard try await knowsKeys(of: envelope) else { return nil }
        let reception = try await patiently("the order cannot be kept") { try await ledger.receive(envelope) }
        switch reception {
        case .take(let order):
            logger.info("order taken", metadata: ["order.id": "\(order.id)"])
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
        return reception
    }

    /// Asks for the order keys that the control plane has made known.
    ///
    /// - Returns: whether it could be asked, and what it said be kept.
    func learnKeys() async throws -> Bool {
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

    /// Repeats what fails for want of a disk or the like, with growing pauses.
    func patiently<Result: Sendable>(_ complaint: String, _ body: () async throws -> Result) async throws -> Result {
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

    // MARK: - Steps

    /// Asks for the keys that the control plane has made known since, before an order is judged by those that were known.
    ///
    /// - Returns: false when they cannot be had now: the order may be signed by one of them, and is left for later.
    private func knowsKeys(of envelope: OrderEnvelope) async throws -> Bool {
        guard let version = envelope.keyVersion, version > keyring.version else { return true }
        return try await learnKeys()
    }

    /// When the host's own files fail the run goes on later from what the journal holds.
    private func carryOut(_ begin: () async throws -> Void) async throws {
        do {
            try await turn.take { try await watch.beside(begin) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.error("the order cannot go on; trying again", metadata: ["error": "\(error)"])
            try await clock.sleep(for: Backoff.firstPause)
            try await patiently("the order cannot go on") {
                try await turn.take { try await watch.beside(driver.resume) }
            }
        }
    }
}
