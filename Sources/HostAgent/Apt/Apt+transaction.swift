import AgentProtocol

/// Changing packages.
extension Apt {
    package func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange] {
        let arguments = options.arguments + ["--simulate", "--yes"] + (try await exactly(transaction))
        let result = try await tool.capture("apt-get", arguments, within: Limit.query)
        let changes = AptSimulation.changes(in: result.output, native: architecture)
        // Some plans make apt-get fail and are printed all the same: what the caller wants to hear of.
        if changes.isEmpty { try check(result, "apt-get --simulate install", otherwise: .conflict) }
        return changes
    }

    package func download(_ transaction: PackageTransaction) async throws(StepFailure) {
        try await checkSpace(for: transaction)
        let arguments =
            options.arguments + ["--yes", "--download-only", "--no-remove"] + (try await exactly(transaction))
        try await patience.retrying(within: Limit.lock) { () async throws(StepFailure) in
            let result = try await tool.logged(
                "apt-get",
                arguments,
                log: options.log,
                within: Limit.download
            )
            guard !result.isSuccess else { return }
            // The index lists it and the archive is gone: a mirror has moved on since the refresh.
            let isGone = result.output.contains("404  Not Found") || result.output.contains("File not found")
            let failure = complaint(result, "apt-get --download-only install", otherwise: .repository)
            throw isGone ? StepFailure(.vanishedVersion, failure.detail) : failure
        }
    }

    package func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure? {
        do throws(StepFailure) {
            let versions = try await exactly(transaction)
            let result = try await tool.logged(
                "apt-get",
                options.arguments + Self.lockTimeout(limit) + ["--yes", "--no-remove"] + versions,
                log: options.log,
                within: Limit.transaction
            )
            guard !result.isSuccess else { return nil }
            return complaint(result, about: transaction.patches)
        } catch {
            return error
        }
    }

    package func repair(
        allowing transaction: PackageTransaction,
        waiting limit: Duration
    ) async throws(StepFailure) {
        try await waitForOthers(within: min(limit, Limit.lock))
        var configured = try await configurePending()
        let broken = try await brokenPackages(besides: transaction)
        if !broken.isEmpty {
            let versions = broken.map { "\(plainName($0.name, $0.architecture))=\($0.version)" }
            let reinstall = ["--reinstall", "install"] + versions
            try await mend(reinstall, allowing: transaction.patches + transaction.newcomers + broken, waiting: limit)
            configured = try await configurePending()
        }
        do throws(StepFailure) {
            let fix = ["--fix-broken", "install"]
            try await mend(fix, allowing: transaction.patches + transaction.newcomers, waiting: limit)
        } catch {
            try await restore(transaction.patches, waiting: limit)
            throw error
        }
        try check(configured, "dpkg --configure --pending", otherwise: .unknown)
    }

    private func configurePending() async throws(StepFailure) -> Tool.Result {
        let force = ["--force-confdef", "--force-confold"]
        return try await tool.logged(
            "dpkg",
            options.dpkg + force + ["--configure", "--pending"],
            log: options.log,
            within: Limit.transaction
        )
    }

    /// What was cut off while it was unpacked and the transaction does not unpack anew: dpkg configures nothing of it, and
    /// apt-get takes it for installed when its version is the right one.
    private func brokenPackages(besides transaction: PackageTransaction) async throws(StepFailure) -> [PatchReference] {
        try await database().filter(\.needsReinstallation).map(\.state).filter { package in
            let patch = transaction.patches.first { ($0.name, $0.architecture) == (package.name, package.architecture) }
            return patch.map { $0.version == package.version } ?? true
        }.map { PatchReference(name: $0.name, architecture: $0.architecture, version: $0.version) }
    }

    /// Takes back to the version that worked last what is unpacked and lacks what it needs, where an archive still has that.
    ///
    /// As long as it is there, apt-get installs nothing at all.
    private func restore(_ patches: [PatchReference], waiting limit: Duration) async throws(StepFailure) {
        let former = try await database().filter(\.isUnpacked).compactMap { entry -> PatchReference? in
            let package = entry.state
            guard patches.contains(where: { $0.name == package.name && $0.version == package.version }),
                let version = entry.fields["Config-Version"], !version.isEmpty, version != package.version
            else { return nil }
            return PatchReference(name: package.name, architecture: package.architecture, version: version)
        }
        guard !former.isEmpty else { return }
        let versions = former.map { "\(plainName($0.name, $0.architecture))=\($0.version)" }
        try await mend(["--allow-downgrades", "install"] + versions, allowing: former, waiting: limit)
    }

    /// Has apt-get mend the host when that takes nothing but these versions.
    private func mend(
        _ request: [String],
        allowing allowed: [PatchReference],
        waiting limit: Duration
    ) async throws(StepFailure) {
        let command = ["--yes", "--quiet"] + request
        let plan = try await tool.capture("apt-get", options.arguments + ["--simulate"] + command, within: Limit.query)
        let changes = AptSimulation.changes(in: plan.output, native: architecture)
        guard !changes.isEmpty else { return }
        let strange = changes.filter { change in
            !allowed.contains { $0.name == change.name && $0.version == change.to }
        }
        guard strange.isEmpty else {
            let names = strange.map { "\($0.name) \($0.to ?? "to be removed")" }.joined(separator: ", ")
            throw StepFailure(.conflict, "mending the host's broken packages takes what was not ordered: \(names)")
        }
        let result = try await tool.logged(
            "apt-get",
            options.arguments + Self.lockTimeout(limit) + ["--no-remove"] + command,
            log: options.log,
            within: Limit.transaction
        )
        try check(result, "apt-get \(request.prefix(2).joined(separator: " "))", otherwise: .conflict)
    }

    package func clean() throws(StepFailure) {
        do throws(FileFailure) {
            for name in try DurableFile.names(in: options.archives) where name.hasSuffix(".deb") {
                try DurableFile.remove("\(options.archives)/\(name)")
            }
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    /// Exactly these versions of installed packages.
    ///
    /// With `--only-upgrade` a package that is not there is not installed for being named; naming it makes its version the one
    /// that comes where another package needs it.
    private func exactly(_ transaction: PackageTransaction) async throws(StepFailure) -> [String] {
        let packages = transaction.patches + (try await offered(transaction.newcomers))
        let versions = packages.map { "\(plainName($0.name, $0.architecture))=\($0.version)" }
        return ["--quiet", "--only-upgrade", "install"] + versions
    }

    /// Without those that the archives no longer have: apt-get would refuse all for one of them.
    private func offered(_ newcomers: [PatchReference]) async throws(StepFailure) -> [PatchReference] {
        guard !newcomers.isEmpty else { return [] }
        let names = newcomers.map { plainName($0.name, $0.architecture) }
        let packages = AptPolicy.packages(in: try await cache(["policy"] + names))
        return zip(newcomers, names).filter { newcomer, name in
            packages[name]?.versions.contains { $0.version == newcomer.version } == true
        }.map(\.0)
    }

    private static func lockTimeout(_ limit: Duration) -> [String] {
        ["-o", "DPkg::Lock::Timeout=\(min(limit, Limit.lock).components.seconds)"]
    }
}
