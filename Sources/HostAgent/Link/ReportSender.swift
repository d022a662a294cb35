import AgentProtocol
package import Logging

/// Brings the ledger's outbox to the control plane, inventories first.
package struct ReportSender: Sendable {
    private let ledger: Ledger
    private let link: any ControlPlaneLink
    private let inventories: InventoryStore
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        inventories: InventoryStore,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.inventories = inventories
        self.clock = clock
        self.logger = logger
    }

    /// Sends what comes into the outbox until cancelled.
    package func run() async {
        for await _ in await ledger.changes() {
            do {
                try await drain()
            } catch is CancellationError {
                return
            } catch {
                logger.error("reports cannot be kept track of", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sends until the outbox is empty; waits and tries again as long as the control plane does not take it.
    ///
    /// - Throws: `CancellationError`; ``JournalFailure`` or ``FileFailure`` when the host's own files cannot be used.
    package func drain() async throws {
        var backoff = Backoff.link
        while true {
            let reports = await ledger.outbox
            guard !reports.isEmpty else { return }
            do throws(LinkFailure) {
                try await deliver(reports)
                backoff.reset()
            } catch {
                logger.warning("reports are not delivered; trying again", metadata: ["error": "\(error)"])
                try await clock.sleep(for: backoff.wait(after: error))
                continue
            }
            try await settle(reports)
        }
    }

    // MARK: - Steps

    private func deliver(_ reports: [Report]) async throws(LinkFailure) {
        for digest in reports.compactMap(\.fact.inventory) {
            guard let inventory = inventories.content(of: digest) else { continue }
            try await link.upload(inventory, digest: digest)
        }
        do {
            try await link.send(reports)
        } catch .rejected(let status, let detail) {
            // One of them spoils the batch; a refused order may be unknown to the control plane, as a forged one is.
            for report in reports { try await deliverAlone(report, status, detail) }
        }
    }

    private func deliverAlone(_ report: Report, _ status: Int, _ detail: String) async throws(LinkFailure) {
        do {
            try await link.send([report])
        } catch .rejected(let status, let detail) {
            guard case .refused = report.fact else { throw .rejected(status: status, detail: detail) }
            logger.error(
                "the control plane does not take the refusal of an order; it is dropped",
                metadata: ["order.id": "\(report.order)", "status": "\(status)", "detail": "\(detail)"]
            )
        }
    }

    private func settle(_ reports: [Report]) async throws {
        try await ledger.acknowledge(reports)
        for digest in reports.compactMap(\.fact.inventory) { try inventories.remove(digest) }
    }
}

extension Backoff {
    /// Between requests to a control plane that does not answer.
    static let link = Backoff(initial: .seconds(1), maximum: .seconds(3_600))

    /// The wait after a failure: short for a hiccup, long where only a person can help.
    mutating func wait(after failure: LinkFailure) -> Duration {
        switch failure {
        case .unreachable, .unavailable, .unreadable: lower(to: .seconds(60))
        case .unauthorized, .rejected: raise(to: .seconds(60))
        case .revoked: raise(to: .seconds(1_800))
        }
        return next()
    }
}

extension HostRunFact {
    /// The inventory that must be there before the report is.
    fileprivate var inventory: String? {
        switch self {
        case .scanned(let digest): digest
        case .installed(let result): result.inventory
        case .failed(_, _, let digest, _): digest
        case .accepted, .refused, .installing, .rebooting, .verifying: nil
        }
    }
}
