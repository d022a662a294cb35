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
    private static let passingReasons = ["pre-existing shared memory block", "lock file", "already in use"]
    private static let retryInterval = Duration.milliseconds(500)
    private static let exitInterval = Duration.milliseconds(10)
    /// Seconds for recovery after a crash, and for the last checkpoint when stopping.
    private static let programPatience = "120"

    static func prepare(
        dataFolder: String,
        options: EmbeddedPostgres.Options,
        logger: Logger
    ) async throws(EmbeddedPostgresError) -> Self {
        let folder = try ClusterFolder.prepare(in: dataFolder)
        let installation = try await PostgresInstallation.find(for: folder.cluster)
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
    ///
    /// - Parameter isNeeded: asked when nobody else can start or attach; the server is left alone if it says so.
    func stop(unless isNeeded: () -> Bool) async throws(EmbeddedPostgresError) {
        let turn = try await StartTurn.take(in: folder.base)
        defer { turn.end() }
        if isNeeded() { return }
        guard let postmaster = Postmaster.running(on: folder.cluster) else { return }
        try await program.run(
            "pg_ctl",
            ["stop", "-D", folder.cluster, "-m", "fast", "-w", "-t", Self.programPatience]
        )
        // pg_ctl looks at the file only, which goes a moment before the process.
        while Postmaster.isAlive(postmaster.processID, on: folder.cluster) { await pause(Self.exitInterval) }
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
            let written = Folder.status(folder.log)?.st_size ?? 0
            do {
                return try await program.run(
                    "pg_ctl",
                    ["start", "-D", folder.cluster, "-l", folder.log, "-w", "-t", Self.programPatience, "-s"]
                )
            } catch {
                let said = Folder.text(of: folder.log, from: written) ?? ""
                let mayPass = Self.passingReasons.contains { said.contains($0) }
                guard mayPass, ContinuousClock.now < deadline, !Task.isCancelled else {
                    throw explained(error, by: said)
                }
                logger.info("private PostgreSQL waits for what a killed one left behind")
            }
            await pause(Self.retryInterval)
        }
    }

    private func explained(_ error: EmbeddedPostgresError, by said: String) -> EmbeddedPostgresError {
        guard case .programFailed(let name, let output) = error else { return error }
        let tail = said.split(separator: "\n").suffix(8).joined(separator: "\n")
        return .programFailed(program: name, output: "\(output)\n\(folder.log) says:\n\(tail)")
    }

    private func pause(_ duration: Duration) async {
        do {
            try await Task.sleep(for: duration)
        } catch {
            // Cancelled: the caller's loop looks at that itself.
        }
    }
}
