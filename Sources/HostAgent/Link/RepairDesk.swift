import AgentProtocol
import Logging

/// Tells the control plane what the doctor repaired.
struct RepairDesk: Sendable {
    let store: RepairStore
    let link: any ControlPlaneLink
    let logger: Logger

    /// Tries once, for the next contact is soon.
    ///
    /// What is not taken for good is given up.
    func deliver() async {
        do {
            let repairs = try store.pending()
            guard !repairs.isEmpty else { return }
            try await send(repairs.map(\.report))
            for repair in repairs { try store.settle(repair) }
        } catch {
            logger.warning("repairs are not reported; trying again", metadata: ["error": "\(error)"])
        }
    }

    private func send(_ repairs: [RepairReport]) async throws(LinkFailure) {
        do {
            try await link.send(repairs: repairs)
        } catch .rejected(let status, let detail) {
            logger.error(
                "the control plane does not take the reports of repairs; they are dropped",
                metadata: ["count": "\(repairs.count)", "status": "\(status)", "detail": "\(detail)"]
            )
        }
    }
}
