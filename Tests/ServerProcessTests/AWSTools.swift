import FoundationEssentials
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// AWS's own tools of PyPI: boto3, with botocore's model of SSM, and the aws command.
///
/// `scripts/test` installs them.
enum AWSTools {
    static var areInstalled: ConditionTrait { .enabled(if: MotoServer.aws != nil, "scripts/test installs them") }

    private static let outputLimit = 4 << 20

    /// Runs one of the Python programs beside this file, which ends with an error where something is not as it should be.
    @discardableResult
    static func check(_ program: String, _ variables: [String: String]) async throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "AWS/\(program)").path
        let ending = try await run(MotoServer.python, ["-B", path], variables)
        #expect(ending.status == .exited(0), "\(ending.output)\n\(ending.errors)")
        return ending.output
    }

    static func run(
        _ program: String?,
        _ arguments: [String],
        _ variables: [String: String]
    ) async throws -> Ringmaster.Ending {
        let program = try #require(program)
        var environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"]
        environment.merge(variables) { _, given in given }
        let named = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let result = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(["--pdeathsig", "TERM", "--", program] + arguments),
            environment: .custom(Dictionary(named) { first, _ in first }),
            output: .string(limit: outputLimit),
            error: .string(limit: outputLimit)
        )
        return Ringmaster.Ending(
            status: result.terminationStatus,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}
