import AgentProtocol
package import Logging
package import Time

/// Drives the run under way to its end: asks the machine, records, carries out, records.
package struct HostRunDriver: Sendable {
    private let ledger: Ledger
    private let executor: any HostRunExecutor
    private let slots: SlotDesk
    /// How long it waits at a time for the window to open: the clock may be set meanwhile.
    private static let longestWait = Duration.seconds(60)

    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(
        ledger: Ledger,
        executor: any HostRunExecutor,
        slots: SlotDesk,
        now: @escaping @Sendable () -> Timestamp,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.ledger = ledger
        self.executor = executor
        self.slots = slots
        self.now = now
        self.clock = clock
        self.logger = logger
    }

    /// Goes on with the run under way, if there is one, until it has ended.
    ///
    /// - Throws: ``JournalFailure`` when the journal cannot be written, or ``StepFailure`` when the boot cannot be told. The
    ///   effect before it may have happened: ``resume()`` goes on.
    package func drive() async throws {
        while let run = await ledger.activeRun {
            switch run.nextStep(now: now(), boot: try await executor.currentBoot()) {
            case .record(let event):
                if case .ended = event { await keepOutputs(of: run) }
                try await record(event, of: run)
            case .perform(let effect):
                try await record(.observed(try await outcome(of: effect, in: run)), of: run)
            case .askForSlot: try await slots.ask(for: run)
            case .releaseSlot(let release): try await slots.release(release, of: run)
            case .wait(let moment):
                logger.info(
                    "waiting for the window to open",
                    metadata: ["order.id": "\(run.order.id)", "at": "\(moment)"]
                )
                try await clock.sleep(for: min(max(.zero, moment - now()), Self.longestWait))
            case .done: return
            }
        }
    }

    /// Takes note of the boot, and takes up an unfinished run whose driver was ended.
    package func resume() async throws {
        try await ledger.enter(try await executor.currentBoot())
        guard let run = await ledger.activeRun else { return }
        try await record(.resumed, of: run)
        try await drive()
    }

    /// A step of the order's own document ends when the order is withdrawn; everything else is carried through.
    private func outcome(of effect: HostRunEffect, in run: HostRun) async throws -> HostRunOutcome {
        guard case .runStep(let task) = effect, task.place.hook == nil else {
            let outcome = await executor.perform(effect, for: run.order)
            // An agent that is ended has seen nothing: the next one looks again.
            try Task.checkCancellation()
            return outcome
        }
        let outcome = await withTaskGroup(of: HostRunOutcome?.self) { group in
            group.addTask { await executor.perform(effect, for: run.order) }
            group.addTask {
                await ledger.waitForWithdrawal()
                return nil
            }
            for await outcome in group {
                group.cancelAll()
                if let outcome { return outcome }
            }
            return HostRunOutcome.failed(StepFailure(.interrupted, "the step has no outcome"))
        }
        // An agent that is stopped begins the step again.
        try Task.checkCancellation()
        return outcome
    }

    /// Before the end is in the journal: afterwards nobody would come back for them.
    private func keepOutputs(of run: HostRun) async {
        do {
            try await executor.keepOutputs(of: run.order)
        } catch {
            logger.warning(
                "what the package manager printed is not kept",
                metadata: ["order.id": "\(run.order.id)", "error": "\(error)"]
            )
        }
    }

    private func record(_ event: HostRunEvent, of run: HostRun) async throws {
        try await ledger.record(event)
        var metadata: Logger.Metadata = ["order.id": "\(run.order.id)"]
        if let detail = event.detail { metadata["detail"] = "\(detail)" }
        logger.info("\(event.phrase)", metadata: metadata)
    }
}
