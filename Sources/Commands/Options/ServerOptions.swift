import AgentProtocol
package import ArgumentParser
package import Client
import FoundationEssentials
import Workflows

/// Which control plane a command speaks to, and with which token.
package struct ServerOptions: ParsableArguments {
    package static let defaultServer = "http://127.0.0.1:7440"
    private static let defaultSecureServer = "https://127.0.0.1:7440"
    package static let defaultTokenFile = ".ringmaster/operator.token"

    @Option(
        help: ArgumentHelp(
            "The profile of ~/.config/ringmaster/config.yaml that says what the other options leave open (RINGMASTER_PROFILE; "
                + "otherwise the file's own).",
            valueName: "name"
        )
    )
    package var profile: String?

    @Option(
        help: ArgumentHelp(
            "The control plane's address (RINGMASTER_SERVER; otherwise \(Self.defaultServer)).",
            valueName: "url"
        )
    )
    package var server: String?

    @Option(
        help: ArgumentHelp(
            "The file with your token (RINGMASTER_TOKEN, the token itself; RINGMASTER_TOKEN_FILE; otherwise "
                + "\(Self.defaultTokenFile)).",
            valueName: "file"
        ),
        completion: .file()
    )
    package var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The certificate authorities to trust (RINGMASTER_CA_FILE; otherwise tls/ca.pem beside the token, or the system's).",
            valueName: "file"
        ),
        completion: .file()
    )
    package var caFile: String?

    @Flag(name: .customLong("insecure-http"), help: "Send the token over plain HTTP to another machine.")
    package var insecureHTTP = false

    package init() {}

    package func client() throws -> ControlPlaneClient {
        let place = try place()
        guard let address = ServerAddress(place.server) else { throw Self.unreadable(place.server) }
        if address.isExposed {
            guard insecureHTTP else { throw Self.exposed(place.server) }
            StandardOutput.note("warning: \(place.server) is not https: whoever is on the way can read your token")
        }
        return ControlPlaneClient(server: place.server, token: try token(), caFile: place.authority)
    }

    /// What proves who asks.
    package func token() throws -> OperatorToken {
        if tokenFile == nil, let token = environment["RINGMASTER_TOKEN"], !token.isEmpty { return OperatorToken(token) }
        return try OperatorToken(file: tokenPath(try settings()))
    }

    /// The control plane that is spoken to.
    package var address: String { get throws { try place().server } }

    /// The options as they were typed, each after a space: for commands that are shown to be typed next.
    package var asTyped: String {
        let named = [("profile", profile), ("server", server), ("token-file", tokenFile), ("ca-file", caFile)]
            .compactMap { name, value in value.map { " --\(name) \($0)" } }
        return named.joined() + (insecureHTTP ? " --insecure-http" : "")
    }

    // MARK: - Steps

    private var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// The profile that counts, if any; what is typed or in the environment comes before what it says.
    private func settings() throws -> ProfileFile.Profile? {
        try Profiles(environment: environment).profile(named: profile ?? environment["RINGMASTER_PROFILE"])
    }

    private func tokenPath(_ settings: ProfileFile.Profile?) -> String {
        tokenFile ?? environment["RINGMASTER_TOKEN_FILE"] ?? settings?.tokenFile ?? Self.defaultTokenFile
    }

    private func place() throws -> (server: String, authority: String?) {
        let settings = try settings()
        let local = localAuthority(beside: tokenPath(settings))
        let standard = local == nil ? Self.defaultServer : Self.defaultSecureServer
        let address = server ?? environment["RINGMASTER_SERVER"] ?? settings?.server ?? standard
        guard let file = caFile ?? environment["RINGMASTER_CA_FILE"] ?? settings?.caFile else {
            return (address, local)
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw CommandFailure(
                "cannot read \(file) of certificate authorities; name it with --ca-file",
                exitCode: .inputMissing
            )
        }
        return (address, file)
    }

    /// What `ringmaster ca init` made in the folder that has the token, too.
    private func localAuthority(beside tokenPath: String) -> String? {
        let folder = tokenPath.lastIndex(of: "/").map { String(tokenPath[..<$0]) } ?? "."
        let file = AuthorityFolder(data: folder).authorityFile
        return FileManager.default.isReadableFile(atPath: file) ? file : nil
    }

    private static func unreadable(_ server: String) -> CommandFailure {
        CommandFailure(
            "\(server) is not the address of a control plane: expected a URL such as https://host:7440, without a user's name",
            exitCode: .validationFailure
        )
    }

    private static func exposed(_ server: String) -> CommandFailure {
        CommandFailure(
            "will not send your token to \(server), where others read it on the way: name an https address with "
                + "--server, or give --insecure-http",
            exitCode: .validationFailure
        )
    }
}
