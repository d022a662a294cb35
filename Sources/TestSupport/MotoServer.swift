import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

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

    /// Runs lines of Python whose `s3` is a client of the server at the address.
    ///
    /// - Returns: what they printed, in one line.
    /// - Throws: what Python said, when they fail.
    @discardableResult
    package static func boto(_ url: String, _ lines: String) async throws -> String {
        guard let python else { throw MotoMissing() }
        let script = """
            import boto3, sys
            s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1",
                aws_access_key_id="id", aws_secret_access_key="secret")
            \(lines)
            """
        let outcome = try await Subprocess.run(
            .path(FilePath(python)),
            arguments: ["-c", script, url],
            output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16)
        )
        guard outcome.terminationStatus.isSuccess else { throw BotoFailure(description: outcome.standardError) }
        return outcome.standardOutput.filter { !$0.isNewline }
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

private struct BotoFailure: Error, CustomStringConvertible {
    let description: String
}
