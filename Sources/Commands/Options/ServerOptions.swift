import AgentProtocol
package import ArgumentParser
package import Client
import FoundationEssentials

/// Which control plane a command speaks to, and with which token.
package struct ServerOptions: ParsableArguments {
    package static let defaultServer = "http://127.0.0.1:7440"
    private static let defaultSecureServer = "https://127.0.0.1:7440"
    package static let defaultTokenFile = ".ringmaster/operator.token"

    @Option(
        help: ArgumentHelp(
            "The control plane's address (RINGMASTER_SERVER; otherwise \(Self.defaultServer)).",
            valueName: "url"
        )
    )
    package var server: String?

    @Option(
        help: ArgumentHelp(
            "The file with the operator token (RINGMASTER_TOKEN_FILE; otherwise \(Self.defaultTokenFile)).",
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
        let (server, authority) = (address, try authority())
        guard let address = ServerAddress(server) else { throw Self.unreadable(server) }
        if address.isExposed {
            guard insecureHTTP else { throw Self.exposed(server) }
            StandardOutput.note("warning: \(server) is not https: whoever is on the way can read the operator token")
        }
        return ControlPlaneClient(server: server, token: try OperatorToken(file: tokenPath), caFile: authority)
    }

    /// The control plane that is spoken to.
    package var address: String {
        if let server = server ?? environment["RINGMASTER_SERVER"] { return server }
        return localAuthority == nil ? Self.defaultServer : Self.defaultSecureServer
    }

    /// The options as they were typed, each after a space: for commands that are shown to be typed next.
    package var asTyped: String {
        let named = [("server", server), ("token-file", tokenFile), ("ca-file", caFile)]
            .compactMap { name, value in value.map { " --\(name) \($0)" } }
        return named.joined() + (insecureHTTP ? " --insecure-http" : "")
    }

    // MARK: - Steps

    private var environment: [String: String] { ProcessInfo.processInfo.environment }

    private var tokenPath: String { tokenFile ?? environment["RINGMASTER_TOKEN_FILE"] ?? Self.defaultTokenFile }

    private func authority() throws -> String? {
        guard let file = caFile ?? environment["RINGMASTER_CA_FILE"] else { return localAuthority }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw CommandFailure(
                "cannot read \(file) of certificate authorities; name it with --ca-file",
                exitCode: .inputMissing
            )
        }
        return file
    }

    /// What `ringmaster ca init` made in the folder that has the token, too.
    private var localAuthority: String? {
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
            "will not send the operator token to \(server), where others read it on the way: name an https address with "
                + "--server, or give --insecure-http",
            exitCode: .validationFailure
        )
    }
}
