import Glibc
import Subprocess

/// Runs PostgreSQL's own programs as the server's account.
struct ServerProgram: Sendable {
    let installation: PostgresInstallation
    let account: ServiceAccount?
    /// Where they run: the folder of the caller may be closed to the account.
    let folder: String

    private static let outputLimit = 256 * 1_024
    /// What an error shows of a program's output.
    private static let shownBytes = 2_000

    /// - Throws: ``EmbeddedPostgresError/programFailed(program:output:)`` unless it exits with 0.
    func run(_ name: String, _ arguments: [String]) async throws(EmbeddedPostgresError) {
        try await execute("\(installation.binaries)/\(name)", arguments)
    }

    /// Removes a folder of the server with all it holds.
    func removeTree(_ path: String) async throws(EmbeddedPostgresError) {
        try await execute("/bin/rm", ["-rf", "--", path])
    }

    // MARK: - Steps

    private func execute(_ path: String, _ arguments: [String]) async throws(EmbeddedPostgresError) {
        let script = "umask 077; cd \"$0\" && exec \"$@\" 2>&1"
        // A program changes the account: the library's own way calls setgroups between fork and exec, where glibc may
        // wait for a thread that exists in the parent only.
        let asAccount = account.map { account in
            ["setpriv", "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups", "--"]
        }
        var options = PlatformOptions()
        // A signal for our process group, such as Ctrl-C, is not for the server.
        options.createSession = true
        let (isSuccess, output): (Bool, String)
        do {
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: Arguments(["-c", script, folder] + (asAccount ?? []) + [path] + arguments),
                // Nothing of the caller's PG… variables and locale may leak into the server.
                environment: .custom(["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"]),
                platformOptions: options,
                output: .string(limit: Self.outputLimit)
            )
            isSuccess = result.terminationStatus.isSuccess
            output = result.standardOutput
        } catch {
            throw .programFailed(program: path, output: "\(error)")
        }
        guard isSuccess else {
            throw .programFailed(
                program: path,
                output: String(decoding: output.utf8.suffix(Self.shownBytes), as: UTF8.self)
            )
        }
    }
}
