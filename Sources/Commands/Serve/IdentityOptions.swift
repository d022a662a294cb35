import ArgumentParser
import Client
import ControlPlane
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

    @Option(
        help: ArgumentHelp(
            "The id under which the console is registered at the provider: people then sign in to it there.",
            valueName: "id"
        )
    )
    var oidcClientID: String?

    @Option(
        help: ArgumentHelp("A file with the secret of that client, which its owner alone can read.", valueName: "file"),
        completion: .file()
    )
    var oidcClientSecretFile: String?

    @Option(
        help: ArgumentHelp(
            "The address that browsers have of this server; the provider sends them back to /console/login/return there.",
            valueName: "url"
        )
    )
    var consoleURL: String?

    func validate() throws {
        let given = [oidcIssuer, oidcAudience, oidcRoles].count { $0 != nil }
        guard given == 0 || given == 3 else {
            throw ValidationError("an identity provider needs all of --oidc-issuer, --oidc-audience and --oidc-roles")
        }
        let ofConsole = [oidcClientID, oidcClientSecretFile, consoleURL].count { $0 != nil }
        guard ofConsole == 0 || ofConsole == 3 && given == 3 else {
            throw ValidationError(
                "signing in to the console at the identity provider needs all of --oidc-client-id, --oidc-client-secret-file "
                    + "and --console-url, and the provider itself"
            )
        }
        for (name, url) in [("--oidc-issuer", oidcIssuer), ("--console-url", consoleURL)] {
            guard let url, !Self.isProtected(url) else { continue }
            throw ValidationError("\(name) is an https address: what goes over plain HTTP is anybody's")
        }
    }

    /// Over TLS, or within this machine.
    private static func isProtected(_ url: String) -> Bool {
        ["https://", "http://127.0.0.1:", "http://[::1]:", "http://localhost:"].contains { url.hasPrefix($0) }
    }

    /// nil where no provider is believed.
    ///
    /// - Throws: ``CommandFailure`` for a file of roles that cannot be read.
    func provider(logger: Logger) throws -> IdentityProvider? {
        guard let oidcIssuer, let oidcAudience, let oidcRoles else { return nil }
        let settings = IdentityProvider.Settings(
            issuer: oidcIssuer,
            audience: oidcAudience,
            roles: try mapping(oidcRoles),
            nameClaim: oidcNameClaim
        )
        return IdentityProvider(
            settings: settings,
            fetch: { [oidcCAFile] in try await WebDocument(url: $0, caFile: oidcCAFile).bytes() },
            now: SystemClock.now,
            logger: logger
        )
    }

    /// How people sign in to the console at the provider; nil where they do not.
    ///
    /// - Throws: ``CommandFailure`` for a secret that is not there, and what else is wrong with its file.
    func login(_ provider: IdentityProvider) throws -> CodeLogin? {
        guard let oidcClientID, let oidcClientSecretFile, let consoleURL else { return nil }
        guard let secret = try SecretFile.load(oidcClientSecretFile) else {
            throw CommandFailure(
                "there is no file \(oidcClientSecretFile) with the client's secret",
                exitCode: .inputMissing
            )
        }
        let base = consoleURL.hasSuffix("/") ? String(consoleURL.dropLast()) : consoleURL
        let client = CodeLogin.Client(id: oidcClientID, secret: secret, redirect: "\(base)/console/login/return")
        return CodeLogin(provider: provider, client: client) { [oidcCAFile] url, form, authorization in
            try await WebDocument(url: url, caFile: oidcCAFile).answering(form: form, authorization: authorization)
                .bytes()
        }
    }

    private func mapping(_ file: String) throws -> RoleMapping {
        do {
            return try RoleMapping(claim: oidcRoleClaim, json: Array(try Data(contentsOf: URL(filePath: file))))
        } catch {
            throw CommandFailure("cannot read the roles of \(file): \(error)", exitCode: .inputMissing)
        }
    }
}
