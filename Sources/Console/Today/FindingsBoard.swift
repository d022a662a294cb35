import AgentProtocol
import ControlPlane
import Domain
import Logging
import ReadModels
import Time

/// How the fleet's findings stand, judged anew at most once a minute: the whole fleet's inventories are read for it.
struct FindingsBoard: Sendable {
    private let views: KeptAnswer<SLAView?>

    init(sla: SLAService) {
        views = KeptAnswer(freshFor: { _ in .seconds(60) }, lifetime: { _ in .seconds(3_600) }) {
            do {
                return try await sla.findings(limits: [.breached: TodayPage.mostDues, .dueSoon: TodayPage.mostDues])
            } catch let problem as Problem where problem.status == 409 {
                // More advisories than can be judged by: the page says so.
                return nil
            }
        }
    }

    /// The last judgement and when it was made; nil when they cannot be judged, or are for the first time.
    ///
    /// - Parameter waits: whether to wait for the first one.
    func view(at now: Timestamp, waits: Bool, _ logger: Logger) async throws -> (view: SLAView, at: Timestamp)? {
        guard let answer = try await views.answer(at: now, waits: waits, logger) else { return nil }
        return answer.value.map { ($0, answer.at) }
    }
}
