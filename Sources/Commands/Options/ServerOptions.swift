package import ArgumentParser
package import Client
import FoundationEssentials

/// Which control plane a command speaks to, and with which token.
package struct ServerOptions: ParsableArguments {
    package static let defaultServer = "http://127.0.0.1:7440"
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

    package init() {}

    package func client() throws -> ControlPlaneClient {
        let environment = ProcessInfo.processInfo.environment
        let server = server ?? environment["RINGMASTER_SERVER"] ?? Self.defaultServer
        let path = tokenFile ?? environment["RINGMASTER_TOKEN_FILE"] ?? Self.defaultTokenFile
        return ControlPlaneClient(server: server, token: try OperatorToken(file: path))
    }

    /// The options as they were typed, each after a space: for commands that are shown to be typed next.
    package var asTyped: String {
        (server.map { " --server \($0)" } ?? "") + (tokenFile.map { " --token-file \($0)" } ?? "")
    }
}
