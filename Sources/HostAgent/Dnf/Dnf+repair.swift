import AgentProtocol

/// Completing what an earlier transaction left half done.
extension Dnf {
    package func repair(
        allowing transaction: PackageTransaction,
        waiting limit: Duration
    ) async throws(StepFailure) {
        let timeLeft = patience.clock.countdown(from: limit)
        try await waitForOthers(within: min(limit, Limit.lock))
        let damage = try await damage(try await database(), waiting: timeLeft())
        try await erase(damage.leftovers, waiting: timeLeft())
        try await reinstall(damage.unfinished.filter { !isReplaced($0, by: transaction) }, waiting: timeLeft())
    }

    /// Takes the old versions away whose removal an interrupted transaction did not reach.
    ///
    /// Whatever depends on an old one depended on a package that the transaction had replaced already: the rest of the
    /// transaction is what mends that, and nothing may hinder it.
    private func erase(_ packages: [PatchReference], waiting limit: Duration) async throws(StepFailure) {
        guard !packages.isEmpty else { return }
        let arguments = options.rpm + ["--erase", "--nodeps"] + packages.map(Self.name)
        try await change("rpm --erase of leftovers", "rpm", arguments, waiting: limit)
    }

    /// Installs the same versions again, with their scripts.
    private func reinstall(_ packages: [PatchReference], waiting limit: Duration) async throws(StepFailure) {
        guard !packages.isEmpty else { return }
        let timeLeft = patience.clock.countdown(from: limit)
        let command = ["reinstall"] + packages.map(Self.name)
        let changes: [PlannedChange] = try await ask("plan", [], command, waiting: limit)
        let strange = changes.filter { change in change.action != .install || change.from != change.to }
        guard strange.isEmpty else {
            let names = strange.map { "\($0.name) \($0.to ?? "to be removed")" }.joined(separator: ", ")
            throw StepFailure(.conflict, "mending the host's broken packages takes what was not ordered: \(names)")
        }
        let missing = packages.filter { package in
            !changes.contains { $0.name == package.name && $0.to == package.version }
        }
        guard missing.isEmpty else {
            let names = missing.map(Self.name).joined(separator: ", ")
            throw StepFailure(.vanishedVersion, "no repository has what would have to be installed again: \(names)")
        }
        try await change("dnf reinstall", program.executable, try options.arguments() + command, waiting: timeLeft())
        // The scripts of these ran.
        do throws(FileFailure) {
            let lines = (try DurableFile.text(options.failedScripts) ?? "").split(separator: "\n").map(String.init)
            try keep(failed: lines.filter { !packages.map(Self.name).contains($0) })
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    /// The transaction itself brings another version, and runs that one's scripts.
    private func isReplaced(_ package: PatchReference, by transaction: PackageTransaction) -> Bool {
        transaction.patches.contains { $0.packageName == package.packageName && $0.version != package.version }
    }
}
