import AgentProtocol
import Domain
import Synchronization

/// How many answers of one kind a process keeps open at a time, of everybody and of each principal.
final class WaitingRoom: Sendable {
    /// A place in it, given back when nothing holds it any more, be its answer written or not.
    final class Place: Sendable {
        private let room: WaitingRoom
        private let principal: String

        fileprivate init(in room: WaitingRoom, of principal: String) {
            self.room = room
            self.principal = principal
        }

        deinit { room.leave(principal) }
    }

    private struct State {
        var count = 0
        var byPrincipal: [String: Int] = [:]
    }

    private let what: String
    private let code: String
    private let most: Int
    private let mostOfEach: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - what: in the plural, for whoever finds no place.
    ///   - code: of the problem then.
    init(_ what: String, code: String, most: Int, mostOfEach: Int) {
        self.what = what
        self.code = code
        self.most = most
        self.mostOfEach = mostOfEach
    }

    /// - Throws: ``Problem`` 429 when the principal has as many as it may have, 503 when the process has.
    func admit(_ principal: Principal) throws(Problem) -> Place {
        try state.withLock { state throws(Problem) in
            let own = state.byPrincipal[principal.id, default: 0]
            guard own < mostOfEach else {
                throw refusal(429, "\(principal.id) has \(own) \(what) open, and no one may have more; end one first")
            }
            guard state.count < most else {
                throw refusal(503, "\(most) \(what) are open, which is all that this process has; come again")
            }
            state.count += 1
            state.byPrincipal[principal.id] = own + 1
        }
        return Place(in: self, of: principal.id)
    }

    private func leave(_ principal: String) {
        state.withLock { state in
            state.count -= 1
            let rest = state.byPrincipal[principal, default: 1] - 1
            state.byPrincipal[principal] = rest > 0 ? rest : nil
        }
    }

    private func refusal(_ status: Int, _ detail: String) -> Problem {
        Problem(status: status, code: code, detail: detail, retryAfterSeconds: 15)
    }
}
