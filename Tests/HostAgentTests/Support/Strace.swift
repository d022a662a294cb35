import Subprocess

/// The tool that strikes at a program's calls of the kernel.
enum Strace {
    static let isThere: @Sendable () async throws -> Bool = {
        do {
            let result = try await Subprocess.run(
                .name("strace"),
                arguments: ["-q", "-o", "/dev/null", "true"],
                output: .discarded,
                error: .discarded
            )
            return result.terminationStatus.isSuccess
        } catch is SubprocessError {
            return false
        }
    }
}
