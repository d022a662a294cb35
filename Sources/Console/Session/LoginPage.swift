import HTTPTypes
import Hummingbird

/// What the sign-in asks for and says.
struct LoginPage: Sendable {
    var frame: Frame
    var next: String?
    var name: String
    var failure: String?
    /// nil where people sign in with tokens alone.
    var provider: Provider?

    struct Provider: Sendable {
        var issuer: String
        var address: String
    }
}

extension Desk {
    func login(
        next: String?,
        name: String = "",
        failure: String? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let next = next.map { WebAddress.destination($0) }
        let page = LoginPage(
            frame: Frame("Sign in", at: now()),
            next: next,
            name: name,
            failure: failure,
            provider: access.provider.map {
                .init(issuer: $0.issuer, address: WebAddress("login", "provider").with("next", next).text)
            }
        )
        return try self.page(page, "login", status: status)
    }
}
