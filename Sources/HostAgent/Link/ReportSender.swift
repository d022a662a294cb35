import AgentProtocol
package import Logging

/// Brings the ledger's outbox to the control plane, inventories first, and behind it what programs printed.
package struct ReportSender: Sendable {
    private let ledger: Ledger
    let link: any ControlPlaneLink
    private let inventories: InventoryStore
    let outputs: OutputStore?
    private let clock: any Clock<Duration>
    let logger: Logger

    package init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        inventories: InventoryStore,
        outputs: OutputStore? = nil,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.inventories = inventories
        self.outputs = outputs
        self.clock = clock
        self.logger = logger
    }

    /// Sends what comes into the outbox until cancelled.
    ///
    /// - Throws: as ``drain()``.
    package func run() async throws {
        for await _ in await ledger.changes() { try await drain() }
    }

    /// Sends until the outbox is empty; waits and tries again as long as the control plane does not take it.
    ///
    /// What it does not take holds up nothing else.
    ///
    /// - Throws: `CancellationError`; ``JournalFailure`` when the journal cannot be written.
    package func drain() async throws {
        var backoff = Backoff.link
        var told = ToldFailure()
        while true {
            let (reports, boots) = (await ledger.outbox, await ledger.bootReports)
            let outputs = pendingOutputs()
            guard !reports.isEmpty || !boots.isEmpty || !outputs.isEmpty else { return }
            var delivered: [BootReport] = []
            let delivery: Delivery
            do throws(LinkFailure) {
                delivered = try await deliver(boots)
                if reports.isEmpty, boots.isEmpty { try await deliver(outputs) }
                delivery = try await deliver(reports)
            } catch {
                delivery = Delivery(failure: error)
            }
            if !delivered.isEmpty { try await ledger.acknowledge(delivered) }
            if !delivery.taken.isEmpty { try await ledger.acknowledge(delivery.taken) }
            guard let failure = delivery.failure else {
                if reports.isEmpty, boots.isEmpty { return }
                backoff.reset()
                told.reset()
                continue
            }
            try Task.checkCancellation()
            if told.isNews(failure) {
                logger.warning("reports are not delivered; trying again", metadata: ["error": "\(failure)"])
            }
            let left = await ledger.outbox
            try await ledger.waitForOutbox(atMost: backoff.wait(after: failure), on: clock) { $0.last != left.last }
        }
    }

    // MARK: - Steps

    /// What became of some reports.
    private struct Delivery {
        var taken: [Report] = []
        /// Why the others were not taken.
        var failure: LinkFailure?
    }

    /// What is told of reboots decides nothing: where it is not taken it is given up.
    private func deliver(_ boots: [BootReport]) async throws(LinkFailure) -> [BootReport] {
        guard !boots.isEmpty else { return [] }
        do {
            try await link.send(boots: boots)
        } catch .rejected(let status, let detail) {
            logger.error(
                "the control plane does not take the reports of reboots; they are dropped",
                metadata: ["count": "\(boots.count)", "status": "\(status)", "detail": "\(detail)"]
            )
        }
        return boots
    }

    private func deliver(_ reports: [Report]) async throws(LinkFailure) -> Delivery {
        guard !reports.isEmpty else { return Delivery() }
        var ready: [Report] = []
        for report in reports { ready.append(try await withInventory(report)) }
        do {
            try await link.send(ready)
            return Delivery(taken: reports)
        } catch .rejected {
            // One of them spoils the batch.
            var delivery = Delivery()
            for report in ready {
                do {
                    try await deliverAlone(report)
                    delivery.taken.append(report)
                } catch .rejected(let status, let detail) {
                    delivery.failure = .rejected(status: status, detail: detail)
                }
            }
            return delivery
        }
    }

    /// The report behind its inventory, or what can be said without one.
    private func withInventory(_ report: Report) async throws(LinkFailure) -> Report {
        guard let digest = report.fact.inventory, let inventory = inventories.content(of: digest) else { return report }
        do {
            try await link.upload(inventory, digest: digest)
            return report
        } catch .rejected(let status, let detail) {
            return unproved(report, "the control plane does not take its inventory (\(status)): \(detail)")
        }
    }

    private func deliverAlone(_ report: Report) async throws(LinkFailure) {
        do {
            try await link.send([report])
        } catch .rejected(let status, let detail) {
            if case .refused = report.fact {
                // The refused order may be unknown to the control plane, as a forged one is.
                logger.error(
                    "the control plane does not take the refusal of an order; it is dropped",
                    metadata: ["order.id": "\(report.order)", "status": "\(status)", "detail": "\(detail)"]
                )
            } else if status == 409, let digest = report.fact.inventory, inventories.content(of: digest) == nil {
                let loss = "its inventory \(digest) is neither on the control plane nor on this host any more"
                try await link.send([unproved(report, loss)])
            } else {
                throw .rejected(status: status, detail: detail)
            }
        }
    }

    /// The end of a run whose proof is lost: a failure that claims nothing.
    private func unproved(_ report: Report, _ reason: String) -> Report {
        logger.error("a result has no proof", metadata: ["order.id": "\(report.order)", "reason": "\(reason)"])
        var report = report
        let detail = "the run ended, and nothing proves how: \(reason); scan the host again"
        report.fact = .failed(kind: .unknown, detail: detail, inventory: nil, patches: [])
        return report
    }
}
