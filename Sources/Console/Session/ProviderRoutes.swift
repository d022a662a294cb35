import AgentProtocol
import Crypto
import Domain
import HTTPTypes
import Hummingbird
import Logging

/// Signing in at the identity provider.
struct ProviderRoutes: Sendable {
    /// Leads on to where the person wanted to go.
    ///
    /// A redirect would not do: browsers keep the session's cookie from what another site has begun.
    private struct Welcome: Sendable {
        var frame: Frame
        var address: String
    }

    /// Why somebody is not let in.
    private struct Refusal: Error {
        /// As the audit has it.
        var code: String
        var sentence: String
        /// Whether somebody came back from the provider with something that does not count, and not from anywhere: other sites can
        /// make browsers do that, and must not lock anybody out.
        var isOfSignIn = true
    }

    private static let longestCode = 4_096

    let desk: Desk
    let provider: ProviderLogin
    let limits: LoginLimits
    private let key = SymmetricKey(size: .bits256)

    init(desk: Desk, provider: ProviderLogin, limits: LoginLimits) {
        self.desk = desk
        self.provider = provider
        self.limits = limits
    }

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("login/provider") { request, context in
            try await desk.answering(request, context, nil) { try await begin(request) }
        }
        group.get("login/return") { request, context in
            try await desk.answering(request, context, nil) { try await finish(request, context) }
        }
    }

    // MARK: - Steps

    private var cookie: SessionCookie { SessionCookie(isSecure: desk.cookie.isSecure, purpose: .signingIn) }

    private func begin(_ request: Request) async throws -> Response {
        try limits.check(source: desk.source(), at: desk.now())
        let next = WebAddress.destination(try FormValues.read(request.uri.query ?? "")["next"])
        let ticket = SignInTicket(next: next, at: desk.now())
        var response = Response.seeOther(try await provider.begin(ticket.attempt))
        response.headers[.setCookie] = cookie.setting(try ticket.sealed(by: key))
        return response
    }

    /// Whatever comes of it, the browser's ticket is used up.
    private func finish(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let (address, moment) = (desk.source(), desk.now())
        try limits.check(source: address, at: moment)
        let ticket = cookie.value(of: request).flatMap { SignInTicket($0, sealedBy: key, at: moment) }
        var response: Response
        do {
            let principal = try await principal(request, ticket)
            let actor = ConsoleActor(name: principal.name, principal: principal)
            context.logger.info(
                "signed in",
                metadata: ["actor": "\(actor.name)", "address": "\(address ?? "unknown")"]
            )
            let welcome = Welcome(frame: Frame("Signed in", at: moment), address: ticket?.next ?? WebAddress.root)
            response = try desk.page(welcome, "welcome")
            let session = desk.cookie.setting(desk.sessions.begin(actor, at: moment))
            response.headers.append(HTTPField(name: .setCookie, value: session))
        } catch let refusal as Refusal {
            if refusal.isOfSignIn { limits.noteFailure(source: address, at: moment) }
            await desk.noteDenied(request, nil, nil, code: refusal.code, context.logger)
            response = try desk.login(next: ticket?.next, failure: refusal.sentence, status: .forbidden)
        }
        response.headers.append(HTTPField(name: .setCookie, value: cookie.clearing))
        return response
    }

    private func principal(_ request: Request, _ ticket: SignInTicket?) async throws -> Principal {
        let values = try FormValues.read(request.uri.query ?? "")
        guard let ticket else {
            let sentence = "This sign-in was not begun in this browser, or more than ten minutes ago. Begin it anew."
            throw Refusal(code: "sign-in-not-begun", sentence: sentence, isOfSignIn: false)
        }
        guard RandomText.isSame(values["state"] ?? "", ticket.attempt.state) else {
            let sentence = "What came back belongs to another sign-in than this browser has begun. Begin it anew."
            throw Refusal(code: "foreign-sign-in", sentence: sentence, isOfSignIn: false)
        }
        // RFC 9207: whose answer it is, where the provider says so.
        guard values["iss"] == nil || values["iss"] == provider.issuer else {
            let sentence = "The answer is of another provider than \(provider.issuer). Begin anew, and tell an admin."
            throw Refusal(code: "foreign-provider", sentence: sentence)
        }
        guard values["error"] == nil, let code = values["code"], (1...Self.longestCode).contains(code.utf8.count)
        else {
            let reason = String((values["error"] ?? "it gave no code").prefix(100))
            let sentence = "The identity provider did not let you in: \(reason)."
            throw Refusal(code: "provider-refused", sentence: sentence)
        }
        let principal: Principal
        do {
            principal = try await provider.finish(code, ticket.attempt)
        } catch let problem as Problem where problem.status == 401 {
            throw Refusal(code: problem.code, sentence: "You are not signed in: \(problem.detail).")
        }
        guard !principal.roles.isEmpty else {
            let sentence = "\(principal.name) has no role here: none of the groups that the provider names gives one."
            throw Refusal(code: "no-role", sentence: sentence)
        }
        return principal
    }
}
