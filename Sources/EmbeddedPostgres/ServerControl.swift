import Glibc
import Logging

/// Starts and stops the server of one data folder.
struct ServerControl: Sendable {
    let folder: ClusterFolder
    private let program: ServerProgram
    private let options: EmbeddedPostgres.Options
    private let logger: Logger

    /// The children of a killed server may hold its memory for a while, and a start fails until they are gone.
    private static let startPatience = Duration.seconds(30)
    private static let retryInterval = Duration.milliseconds(500)
    /// Seconds for recovery after a crash, and for the last checkpoint when stopping.
    private static let programPatience = "120"

    static func prepare(
        dataFolder: String,
        options: EmbeddedPostgres.Options,
        logger: Logger
    ) async throws(EmbeddedPostgresError) -> Self {
        let folder = try ClusterFolder.prepare(in: dataFolder)
        let installation = try await PostgresInstallation.find()
        let program = ServerProgram(installation: installation, account: folder.account, folder: folder.base)
        return Self(folder: folder, program: program, options: options, logger: logger)
    }

    var isRunning: Bool { Postmaster.running(on: folder.cluster) != nil }

    /// Makes the cluster on first use and starts it.
    ///
    /// - Returns: false when it ran already; it may then still be recovering.
    func startUnlessRunning() async throws(EmbeddedPostgresError) -> Bool {
        let turn = try await StartTurn.take(in: folder.base)
        defer { turn.end() }
        if isRunning { return false }
        if Folder.status(folder.cluster) == nil { try await makeCluster() }
        try Folder.write(
            ServerSettings.text(
                socketFolder: folder.socketFolder,
                durability: options.durability,
                hasLZ4: program.installation.hasLZ4
            ),
            to: "\(folder.cluster)/postgresql.conf",
            owner: folder.account
        )
        try await startPatiently()
        return true
    }

    /// Ends sessions, writes a checkpoint and returns when the server is gone.
    func stop() async throws(EmbeddedPostgresError) {
        let turn = try await StartTurn.take(in: folder.base)
        defer { turn.end() }
        guard isRunning else { return }
        try await program.run(
            "pg_ctl",
            ["stop", "-D", folder.cluster, "-m", "fast", "-w", "-t", Self.programPatience]
        )
        // Made anew at the next start; outside the data folder it would be litter.
        if !folder.socketFolder.hasPrefix(folder.base) { rmdir(folder.socketFolder) }
    }

    // MARK: - Steps

    /// Beside its place first: a half-made cluster is never mistaken for one.
    private func makeCluster() async throws(EmbeddedPostgresError) {
        let fresh = folder.cluster + ".new"
        if Folder.status(fresh) != nil { try await program.removeTree(fresh) }
        logger.notice("making the private database", metadata: ["postgres.folder": "\(folder.base)"])
        var arguments = [
            "--pgdata=\(fresh)", "--username=ringmaster", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--data-checksums", "--no-instructions",
        ]
        if options.durability == .none { arguments.append("--no-sync") }
        try await program.run("initdb", arguments)
        guard rename(fresh, folder.cluster) == 0 else {
            throw .folder(path: folder.cluster, reason: Folder.lastReason())
        }
    }

    private func startPatiently() async throws(EmbeddedPostgresError) {
        let deadline = ContinuousClock.now + Self.startPatience
        while true {
            Postmaster.removeStaleFile(of: folder.cluster)
            do {
                return try await program.run(
                    "pg_ctl",
                    ["start", "-D", folder.cluster, "-l", folder.log, "-w", "-t", Self.programPatience, "-s"]
                )
            } catch {
                guard ContinuousClock.now < deadline, !Task.isCancelled else { throw explained(error) }
                logger.info("private PostgreSQL did not start, trying again", metadata: ["error": "\(error)"])
            }
            await pause()
        }
    }

    private func explained(_ error: EmbeddedPostgresError) -> EmbeddedPostgresError {
        guard case .programFailed(let name, let output) = error else { return error }
        let log = Folder.text(of: folder.log) ?? ""
        let tail = log.split(separator: "\n").suffix(8).joined(separator: "\n")
        return .programFailed(program: name, output: "\(output)\nthe end of \(folder.log):\n\(tail)")
    }

    private func pause() async {
        do {
            try await Task.sleep(for: Self.retryInterval)
        } catch {
            // Cancelled: the caller's loop looks at that itself.
        }
    }
}
