import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import Logging

/// Signing in with a token, and out.
struct LoginRoutes: Sendable {
    private static let longestSecret = 4_096

    let desk: Desk
    let limits: LoginLimits

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("login") { request, context in
            try await desk.answering(request, context, nil) {
                let next = try FormValues.read(request.uri.query ?? "")["next"]
                guard desk.session(of: request, at: desk.now()) == nil else {
                    return .seeOther(WebAddress.destination(next))
                }
                return try desk.login(next: next)
            }
        }
        group.post("login") { request, context in
            try await desk.answering(request, context, nil) { try await signIn(request, context) }
        }
        group.post("logout") { request, context in
            try await desk.decide(request, context) { _, _ in
                if let id = desk.cookie.value(of: request) { desk.sessions.end(id) }
                var response = Response.seeOther(WebAddress("login").text)
                response.headers[.setCookie] = desk.cookie.clearing
                return response
            }
        }
    }

    // MARK: - Steps

    private func signIn(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try SameOrigin.check(request, isSecure: desk.cookie.isSecure)
        let (address, moment) = (desk.source(), desk.now())
        try limits.check(source: address, at: moment)
        let values = try await FormValues.read(request)
        let (secret, name) = (values["token"] ?? "", values["name"] ?? "")
        guard (1...Self.longestSecret).contains(secret.utf8.count),
            let principal = try await desk.access.authenticate(secret)
        else {
            limits.noteFailure(source: address, at: moment)
            await desk.noteDenied(request, nil, nil, code: "unauthenticated", context.logger)
            let failure = "This token is not one that the control plane knows. Check it and try again."
            return try desk.login(next: values["next"], name: name, failure: failure, status: .forbidden)
        }
        guard principal.scope.isUnlimited else {
            await desk.noteDenied(request, principal, nil, code: "out-of-scope", context.logger)
            let failure =
                "This token is limited to some hosts, and the console shows the whole fleet: use it with the command line."
            return try desk.login(next: values["next"], name: name, failure: failure, status: .forbidden)
        }
        guard let actor = Self.actor(principal, named: name) else {
            if principal.proof != .breakGlass {
                await desk.noteDenied(request, principal, nil, code: "not-your-name", context.logger)
            }
            let failure =
                "Give the name that your decisions are recorded under: 1 to 100 bytes without spaces or slashes; a token of "
                + "your own has one, and takes no other."
            return try desk.login(next: values["next"], name: name, failure: failure, status: .badRequest)
        }
        context.logger.info("signed in", metadata: ["actor": "\(actor.name)", "address": "\(address ?? "unknown")"])
        var response = Response.seeOther(WebAddress.destination(values["next"]))
        response.headers[.setCookie] = desk.cookie.setting(desk.sessions.begin(actor, at: moment))
        return response
    }

    /// nil for a name that nobody may have, or not this principal.
    private static func actor(_ principal: Principal, named name: String) -> ConsoleActor? {
        if name.isEmpty, principal.proof != .breakGlass {
            return ConsoleActor(name: principal.name, principal: principal)
        }
        guard let claimed = try? principal.actor(claiming: name), let name = try? PersonName.check(claimed) else {
            return nil
        }
        return ConsoleActor(name: name, principal: principal)
    }
}
