import AgentProtocol
import HTTPTypes
import Hummingbird
import Logging

/// Signing in with a token, and out.
struct LoginRoutes: Sendable {
    /// What the form asks for and says.
    private struct Page: Sendable {
        var frame: Frame
        var next: String?
        var name: String
        var failure: String?
    }

    private static let longestSecret = 4_096

    let desk: Desk
    let access: ConsoleAccess
    let limits: LoginLimits
    let source: @Sendable () -> String?

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("login") { request, context in
            try await desk.answering(request, context, nil) {
                let next = try FormValues.read(request.uri.query ?? "")["next"]
                guard desk.session(of: request, at: desk.now()) == nil else {
                    return .seeOther(WebAddress.destination(next))
                }
                return try form(next: next)
            }
        }
        group.post("login") { request, context in
            try await desk.answering(request, context, nil) { try await signIn(request, context) }
        }
        group.post("logout") { request, context in
            try await desk.decide(request, context) { _, _ in
                if let id = desk.cookie.id(of: request) { desk.sessions.end(id) }
                var response = Response.seeOther(WebAddress("login").text)
                response.headers[.setCookie] = desk.cookie.clearing
                return response
            }
        }
    }

    // MARK: - Steps

    private func signIn(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try SameOrigin.check(request, isSecure: desk.cookie.isSecure)
        let (address, moment) = (source(), desk.now())
        try limits.check(source: address, at: moment)
        let values = try await FormValues.read(request)
        let (secret, name) = (values["token"] ?? "", values["name"] ?? "")
        guard (1...100).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7f })
        else {
            let failure =
                "Give the name that your decisions are recorded under: 1 to 100 bytes without spaces or slashes."
            return try form(next: values["next"], name: name, failure: failure, status: .badRequest)
        }
        guard (1...Self.longestSecret).contains(secret.utf8.count),
            let actor = try await access.authenticate(secret, name)
        else {
            limits.noteFailure(source: address, at: moment)
            context.logger.notice("sign-in refused", metadata: ["address": "\(address ?? "unknown")"])
            let failure = "This token is not one that the control plane knows. Check it and try again."
            return try form(next: values["next"], name: name, failure: failure, status: .forbidden)
        }
        context.logger.info("signed in", metadata: ["actor": "\(actor.name)", "address": "\(address ?? "unknown")"])
        var response = Response.seeOther(WebAddress.destination(values["next"]))
        response.headers[.setCookie] = desk.cookie.setting(desk.sessions.begin(actor, at: moment))
        return response
    }

    private func form(
        next: String?,
        name: String = "",
        failure: String? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let page = Page(
            frame: Frame("Sign in", at: desk.now()),
            next: next.map { WebAddress.destination($0) },
            name: name,
            failure: failure
        )
        return try desk.page(page, "login", status: status)
    }
}
