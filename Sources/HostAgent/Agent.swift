import AgentProtocol
import Logging
import Time

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

    private let bench: Workbench
    private let onIdle: @Sendable () -> Void
    private let isReplaced: @Sendable () -> Bool
    private let upkeep: @Sendable () async throws -> Void
    private let onRefused: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - onIdle: called when the agent has come to rest in a poll, at the start and after each order.
    ///   - isReplaced: whether another program should go on in this one's place; asked between two polls.
    ///   - upkeep: done before each poll; it may fail.
    ///   - onRefused: called each time the agent's signature is not accepted; what it throws ends ``run()``.
    package init(
        _ bench: Workbench,
        onIdle: @escaping @Sendable () -> Void = {},
        isReplaced: @escaping @Sendable () -> Bool = { false },
        upkeep: @escaping @Sendable () async throws -> Void = {},
        onRefused: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.bench = bench
        self.onIdle = onIdle
        self.isReplaced = isReplaced
        self.upkeep = upkeep
        self.onRefused = onRefused
    }

    /// Goes on with what the journal holds, then serves orders until cancelled or replaced.
    ///
    /// - Throws: ``JournalFailure`` when the journal cannot be read; `CancellationError`.
    package func run() async throws {
        try await bench.ledger.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await bench.work.patiently("reports cannot be kept track of") { try await bench.sender.run() }
            }
            defer { group.cancelAll() }
            try await serve()
        }
    }

    // MARK: - Steps

    private func serve() async throws {
        try await bench.work.resume()
        var backoff = Backoff.link
        var isRestless = true
        var told = ToldFailure()
        var idlePolls = 0
        while true {
            try await settle()
            guard !isReplaced() else {
                bench.logger.notice("another agent has been installed; ending, so that it starts")
                return
            }
            // With so much that the control plane did not take, another order would only add to it.
            guard await bench.ledger.outbox.count < ReportBatch.maximumCount else { continue }
            await bench.repairs?.deliver()
            guard let envelope = try await poll(&backoff, &isRestless, &told) else {
                idlePolls += 1
                if idlePolls.isMultiple(of: Self.pollsPerKeyQuestion) { _ = try await bench.work.learnKeys() }
                continue
            }
            if case .take? = try await bench.work.take(envelope) {
                backoff.reset()
                isRestless = true
                try await bench.work.carryOut()
            } else {
                // An order that is not done may be offered again at once, and for ever.
                try await bench.clock.sleep(for: backoff.next())
            }
        }
    }

    /// Lets the reports of the last order go first, or it would be offered again; then no inventory of it is needed.
    private func settle() async throws {
        try await bench.ledger.waitForOutbox(atMost: Self.deliveryTime, on: bench.clock) { $0.isEmpty }
        await bench.sweep()
        do {
            try await upkeep()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            bench.logger.warning("upkeep failed; trying again later", metadata: ["error": "\(error)"])
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
            try await bench.clock.sleep(for: Self.restlessness)
            onIdle()
            return true
        } catch {
            return false
        }
    }

    /// The next order; nil when there is none, after a wait that keeps the requests apart.
    private func fetch(_ backoff: inout Backoff, _ told: inout ToldFailure) async throws -> OrderEnvelope? {
        var answer = Result<OrderEnvelope?, LinkFailure>.success(nil)
        let duration = await bench.clock.measure {
            do throws(LinkFailure) {
                answer = .success(try await bench.link.nextOrder(wait: Self.pollWait))
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
                bench.logger.warning(
                    "no order can be fetched; trying again",
                    metadata: ["error": "\(error)", "in": "\(pause)"]
                )
            }
        }
        try await bench.clock.sleep(for: pause)
        return nil
    }
}
