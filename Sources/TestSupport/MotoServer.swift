import FoundationEssentials
import Glibc

/// moto's server: services of AWS that speak their protocols, with all in memory.
///
/// `scripts/test` installs it.
package enum MotoServer {
    /// Beside the build; nil where it is not installed.
    package static let program = executable("moto_server")
    /// The Python that has moto and boto3.
    package static let python = executable("python3")
    /// The aws command beside it.
    package static let aws = executable("aws")

    /// Runs one beside the body, which gets its port on this machine.
    package static func with(_ body: (_ port: Int) async throws -> Void) async throws {
        guard let program else { throw MotoMissing() }
        try await LocalServer.with({ [program, "-H", "127.0.0.1", "-p", String($0)] }, body)
    }

    private static func executable(_ name: String) -> String? {
        let build = URL(filePath: #filePath).appending(path: "../../../.build").standardized.path
        let path = "\(build)/moto/bin/\(name)"
        return access(path, X_OK) == 0 ? path : nil
    }
}

private struct MotoMissing: Error, CustomStringConvertible {
    let description = "moto's server is not installed: scripts/test does it"
}
