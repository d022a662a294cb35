import API
import ArgumentParser
import Client
import Domain
import FoundationEssentials
import Logging
import OpenID

/// The identity provider whose tokens `serve` believes, if any.
struct IdentityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The issuer URL of an OpenID Connect provider whose tokens (JWT) are believed, too.",
            valueName: "url"
        )
    )
    var oidcIssuer: String?

    @Option(help: ArgumentHelp("What its tokens for this control plane say that they are for.", valueName: "audience"))
    var oidcAudience: String?

    @Option(
        help: ArgumentHelp(
            "A JSON file that says which roles the values of the role claim give, such as {\"patch-admins\": [\"admin\"]}.",
            valueName: "file"
        )
    )
    var oidcRoles: String?

    @Option(help: ArgumentHelp("The claim that gives the roles; dots lead into objects.", valueName: "claim"))
    var oidcRoleClaim = "groups"

    @Option(help: ArgumentHelp("The claim whose value decisions are recorded under.", valueName: "claim"))
    var oidcNameClaim = "sub"

    @Option(
        help: ArgumentHelp("The certificate authorities of the provider (otherwise the system's).", valueName: "file"),
        completion: .file()
    )
    var oidcCAFile: String?

    func validate() throws {
        let given = [oidcIssuer, oidcAudience, oidcRoles].count { $0 != nil }
        guard given == 0 || given == 3 else {
            throw ValidationError("an identity provider needs all of --oidc-issuer, --oidc-audience and --oidc-roles")
        }
        guard let oidcIssuer else { return }
        let isLocal = ["http://127.0.0.1:", "http://[::1]:"].contains { oidcIssuer.hasPrefix($0) }
        guard oidcIssuer.hasPrefix("https://") || isLocal else {
            throw ValidationError("--oidc-issuer is an https address: keys that come over plain HTTP are anybody's")
        }
    }

    /// nil where no provider is believed.
    ///
    /// - Throws: ``CommandFailure`` for a file of roles that cannot be read.
    func verifier(logger: Logger) throws -> Authenticator.IdentityVerifier? {
        guard let oidcIssuer, let oidcAudience, let oidcRoles else { return nil }
        let settings = IdentityProvider.Settings(
            issuer: oidcIssuer,
            audience: oidcAudience,
            roles: try mapping(oidcRoles),
            nameClaim: oidcNameClaim
        )
        let provider = IdentityProvider(
            settings: settings,
            fetch: { [oidcCAFile] in try await WebDocument(url: $0, caFile: oidcCAFile).bytes() },
            now: SystemClock.now,
            logger: logger
        )
        return { token in try await provider.principal(ofToken: token) }
    }

    private func mapping(_ file: String) throws -> RoleMapping {
        do {
            return try RoleMapping(claim: oidcRoleClaim, json: Array(try Data(contentsOf: URL(filePath: file))))
        } catch {
            throw CommandFailure("cannot read the roles of \(file): \(error)", exitCode: .inputMissing)
        }
    }
}
