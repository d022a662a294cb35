import AgentProtocol
import ControlPlane
import ReadModels
import Synchronization
import Time

/// How the fleet's findings stand, judged anew at most once a minute: the whole fleet's inventories are read for it.
///
/// Who finds it too old judges, and others get the last one meanwhile.
final class FindingsBoard: Sendable {
    private static let lifetime = Duration.seconds(60)
    /// Findings that are kept.
    private static let mostItems = 200

    private struct Board {
        var view: SLAView?
        var judgedAt: Timestamp?
        var isBeingJudged = false
    }

    private let sla: SLAService
    private let board = Mutex(Board())

    init(sla: SLAService) { self.sla = sla }

    /// nil when they cannot be judged, or are for the first time by somebody else.
    func view(at now: Timestamp) async throws -> SLAView? {
        let (view, isOurs) = board.withLock { board in
            let isFresh = board.judgedAt.map { now < $0 + Self.lifetime } ?? false
            guard !isFresh, !board.isBeingJudged else { return (board.view, false) }
            board.isBeingJudged = true
            return (board.view, true)
        }
        guard isOurs else { return view }
        do {
            let judged = try await sla.findings(in: nil, limit: Self.mostItems)
            keep(judged, at: now)
            return judged
        } catch let problem as Problem where problem.status == 409 {
            // More advisories than can be judged by: the page says so.
            keep(nil, at: now)
            return nil
        } catch {
            board.withLock { $0.isBeingJudged = false }
            throw error
        }
    }

    private func keep(_ view: SLAView?, at now: Timestamp) {
        board.withLock { $0 = Board(view: view, judgedAt: now) }
    }
}
