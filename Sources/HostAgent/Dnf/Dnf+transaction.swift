import AgentProtocol

/// Changing packages.
extension Dnf {
    package func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange] {
        let (arguments, command) = try await exactly(transaction)
        return try await ask("plan", arguments, command)
    }

    package func download(_ transaction: PackageTransaction) async throws(StepFailure) {
        let (arguments, command) = try await exactly(transaction)
        try await checkSpace(arguments, command)
        try await patience.retrying(within: Limit.lock) { () async throws(StepFailure) in
            let result = try await tool.logged(
                program.executable,
                try options.arguments() + arguments + ["--downloadonly"] + command,
                log: options.fetchLog,
                within: Limit.download
            )
            guard !result.isSuccess else { return }
            // The metadata lists it and the archive is gone: a mirror has moved on since the refresh.
            let isGone = ["Status code: 404", "No such file or directory"].contains(where: result.output.contains)
            let failure = complaint(result, "dnf --downloadonly upgrade", otherwise: .repository)
            throw isGone ? StepFailure(.vanishedVersion, failure.detail) : failure
        }
    }

    package func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure? {
        let timeLeft = patience.clock.countdown(from: limit)
        do throws(StepFailure) {
            try noteFailedScripts(try await database())
            let (arguments, command) = try await exactly(transaction, waiting: timeLeft())
            try await change(
                "dnf upgrade",
                program.executable,
                try options.arguments() + ["--cacheonly"] + arguments + command,
                waiting: timeLeft()
            )
            return nil
        } catch {
            return error
        }
    }

    /// Runs what changes packages.
    func change(
        _ what: String,
        _ program: String,
        _ arguments: [String],
        waiting limit: Duration
    ) async throws(StepFailure) {
        try await patience.retrying(within: min(limit, Limit.lock)) { () async throws(StepFailure) in
            let result = try await tool.logged(program, arguments, log: options.log, within: Limit.transaction)
            try check(result, what, otherwise: .unknown)
            // dnf ends with success although scripts failed.
            guard DnfFailure.failedScripts(in: result.output).isEmpty else {
                throw StepFailure(.script, "scripts of packages failed in \(what): \(result.tail)")
            }
        }
    }

    // MARK: - Steps

    /// Exactly these versions of installed packages.
    ///
    /// `upgrade` installs nothing for being named but a kernel, beside the old one. What comes because the patches need it has
    /// the version that was ordered: all others are hidden.
    ///
    /// - Returns: options, and the command.
    private func exactly(
        _ transaction: PackageTransaction,
        waiting limit: Duration = Limit.lock
    ) async throws(StepFailure) -> (arguments: [String], command: [String]) {
        let others = try await others(than: transaction.newcomers, waiting: limit).map { "--exclude=\(Self.name($0))" }
        return (["--setopt=best=True"] + others, ["upgrade"] + transaction.patches.map(Self.name))
    }

    /// Offered versions of the newcomers that were not ordered.
    private func others(
        than newcomers: [PatchReference],
        waiting limit: Duration
    ) async throws(StepFailure) -> [PatchReference] {
        guard !newcomers.isEmpty else { return [] }
        let names = Set(newcomers.map(\.name)).sorted()
        let offered: [PatchReference] = try await ask("versions", [], ["repoquery"] + names, waiting: limit)
        return offered.filter { !newcomers.contains($0) }
    }
}
