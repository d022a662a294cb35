import API
import Console
import ControlPlane
import Domain
import OpenID

extension ConsoleAccess {
    /// By the local account's token and those of the API, and by what an identity provider says of a browser's login.
    ///
    /// A token of an identity provider ends long before a session does, and is none here.
    init(_ breakGlass: BreakGlassToken, _ access: AccessService, _ login: CodeLogin?) {
        self.init(
            authenticate: { secret in
                if breakGlass.matches(secret) { return .breakGlass }
                guard secret.hasPrefix(AccessService.secretPrefix) else { return nil }
                return try await access.principal(ofSecret: secret, from: RequestSource.address)
            },
            isCurrent: { try await access.isCurrent($0) },
            provider: login.map { ProviderLogin($0) }
        )
    }
}

extension ProviderLogin {
    init(_ login: CodeLogin) {
        self.init(
            issuer: login.issuer,
            begin: { try await login.address(state: $0.state, nonce: $0.nonce, verifier: $0.verifier) },
            finish: { try await login.principal(ofCode: $0, nonce: $1.nonce, verifier: $1.verifier) }
        )
    }
}
