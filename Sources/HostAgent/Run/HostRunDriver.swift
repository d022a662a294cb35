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
                try await record(.observed(await executor.perform(effect, for: run.order)), of: run)
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
