import API
import Console
import ControlPlane
import Domain

extension ConsoleAccess {
    /// By the local account's token and those of the API.
    ///
    /// A token of an identity provider ends long before a session does, and is none here.
    init(_ breakGlass: BreakGlassToken, _ access: AccessService) {
        self.init { secret in
            if breakGlass.matches(secret) { return .breakGlass }
            guard secret.hasPrefix(AccessService.secretPrefix) else { return nil }
            return try await access.principal(ofSecret: secret, from: RequestSource.address)
        } isCurrent: { principal in
            try await access.isCurrent(principal)
        }
    }
}
