import API
import Console

extension ConsoleAccess {
    /// Who has the operator token may do everything, under the name that they give.
    init(_ token: API.OperatorToken) {
        self.init { secret, name in
            token.matches(secret) ? ConsoleActor(name: name, permissions: [.steer, .approve]) : nil
        }
    }
}
