package import AgentProtocol
package import Logging
package import Time

/// Where a run gets the reboot slot that its order needs, and gives it back.
package struct SlotDesk: Sendable {
    /// Where the control plane does not answer: nobody says that the host may reboot, so it does not.
    private static let pauseWithoutAnswer = 60
    /// In seconds, whatever the control plane says.
    private static let pauses = 1...600

    private let ledger: Ledger
    private let link: any ControlPlaneLink
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        now: @escaping @Sendable () -> Timestamp,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.now = now
        self.clock = clock
        self.logger = logger
    }

    /// Asks once: records the grant, or waits until it is time to ask again or the window's cutoff has come.
    ///
    /// - Throws: ``JournalFailure``, `CancellationError`.
    package func ask(for run: HostRun) async throws {
        let asked = now()
        let answer: RebootSlotAnswer
        do throws(LinkFailure) {
            answer = try await link.rebootSlot(for: run.order.id)
        } catch {
            try Task.checkCancellation()
            answer = RebootSlotAnswer(grant: nil, retrySeconds: Self.pauseWithoutAnswer, detail: error.description)
        }
        guard let grant = answer.grant else {
            note("waiting for a reboot slot", answer.detail, run)
            return try await pause(answer.retrySeconds, run)
        }
        // From the question on: what the answer took is not the host's to use.
        try await record(.slotGranted(fence: grant.fence, until: asked + .seconds(grant.seconds)), of: run)
    }

    /// Tells the control plane once: by the run's end it frees the slot itself, and a lease ends.
    package func release(_ slot: RebootSlotRelease, of run: HostRun) async throws {
        do throws(LinkFailure) {
            try await link.release(slot)
        } catch {
            try Task.checkCancellation()
            note("the control plane did not hear that the host is back", error.description, run)
        }
        try await record(.slotReleased, of: run)
    }

    // MARK: - Steps

    /// With jitter, so that those who wait do not come all at once.
    private func pause(_ seconds: Int, _ run: HostRun) async throws {
        let bounded = min(max(seconds, Self.pauses.lowerBound), Self.pauses.upperBound)
        let pause = Duration.seconds(bounded) * Double.random(in: 0.75...1.25)
        try await clock.sleep(for: min(pause, max(.seconds(1), run.order.window.cutoff - now())))
    }

    private func record(_ event: HostRunEvent, of run: HostRun) async throws {
        try await ledger.record(event)
        logger.info(
            "\(event.phrase)",
            metadata: ["order.id": "\(run.order.id)", "detail": "\(event.detail ?? "")"]
        )
    }

    private func note(_ phrase: Logger.Message, _ detail: String, _ run: HostRun) {
        let group = run.order.rebootSlot ?? ""
        logger.info(phrase, metadata: ["order.id": "\(run.order.id)", "slot": "\(group)", "detail": "\(detail)"])
    }
}
