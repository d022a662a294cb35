import AgentProtocol
import Logging

/// Asks the control plane, beside the work on an order, whether it is still wanted.
struct OrderWatch: Sendable {
    /// Between two questions, with jitter: what carries little out asks nothing.
    private static let interval = Duration.seconds(30)

    let ledger: Ledger
    let link: any ControlPlaneLink
    let clock: any Clock<Duration>
    let logger: Logger

    /// Does the work, and asks until it has ended.
    func beside(_ work: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await ask() }
            defer { group.cancelAll() }
            try await work()
        }
    }

    // MARK: - Steps

    private func ask() async {
        var told = ToldFailure()
        while true {
            do {
                try await clock.sleep(for: Self.interval * Double.random(in: 0.75...1.25))
                guard let order = await ledger.activeRun?.order.id else { continue }
                guard try await link.standing(of: order).isWithdrawn else { continue }
                try await ledger.withdraw(order)
                return logger.notice("the control plane took the order back", metadata: ["order.id": "\(order)"])
            } catch is CancellationError {
                return
            } catch LinkFailure.rejected(status: 404, _) {
                // A control plane of before takes no order back.
                return
            } catch let failure as LinkFailure {
                guard told.isNews(failure) else { continue }
                logger.info("nobody says whether the order is still wanted", metadata: ["error": "\(failure)"])
            } catch {
                logger.error("that the order is not wanted any more cannot be kept", metadata: ["error": "\(error)"])
            }
        }
    }
}
