package import AgentProtocol

/// Changing packages.
extension Apt {
    package func simulate(_ patches: [PatchReference]) async throws(StepFailure) -> [PlannedChange] {
        let arguments = options.arguments + ["--simulate", "--yes"] + exactly(patches)
        let result = try await tool.capture("apt-get", arguments, within: Limit.query)
        let changes = AptSimulation.changes(in: result.output, native: architecture)
        // Some plans make apt-get fail and are printed all the same: what the caller wants to hear of.
        if changes.isEmpty { try check(result, "apt-get --simulate install", otherwise: .conflict) }
        return changes
    }

    package func download(_ patches: [PatchReference]) async throws(StepFailure) {
        try await retryingLock { () async throws(StepFailure) in
            let result = try await tool.logged(
                "apt-get",
                options.arguments + ["--yes", "--download-only"] + transaction(patches),
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

    package func install(_ patches: [PatchReference]) async -> StepFailure? {
        do throws(StepFailure) {
            let result = try await tool.logged(
                "apt-get",
                options.arguments + ["--yes"] + transaction(patches),
                log: options.log,
                within: Limit.transaction
            )
            try check(result, "apt-get install", otherwise: .unknown)
            return nil
        } catch {
            return error
        }
    }

    package func repair(allowing patches: [PatchReference]) async throws(StepFailure) {
        try await waitForOthers()
        let force = ["--force-confdef", "--force-confold"]
        let configured = try await tool.logged(
            "dpkg",
            options.dpkg + force + ["--configure", "--pending"],
            log: options.log,
            within: Limit.transaction
        )
        try await completeDependencies(allowing: patches)
        try check(configured, "dpkg --configure --pending", otherwise: .unknown)
    }

    /// Has apt mend broken dependencies when that takes nothing but ordered versions.
    private func completeDependencies(allowing patches: [PatchReference]) async throws(StepFailure) {
        let fix = ["--yes", "--quiet", "--fix-broken", "install"]
        let plan = try await tool.capture("apt-get", options.arguments + ["--simulate"] + fix, within: Limit.query)
        let changes = AptSimulation.changes(in: plan.output, native: architecture)
        guard !changes.isEmpty else { return }
        let strange = changes.filter { change in
            !patches.contains { $0.name == change.name && $0.version == change.to }
        }
        guard strange.isEmpty else {
            let names = strange.map { "\($0.name) \($0.to ?? "to be removed")" }.joined(separator: ", ")
            throw StepFailure(.conflict, "mending the host's broken dependencies takes what was not ordered: \(names)")
        }
        let result = try await tool.logged(
            "apt-get",
            options.arguments + ["--no-remove"] + fix,
            log: options.log,
            within: Limit.transaction
        )
        try check(result, "apt-get --fix-broken install", otherwise: .conflict)
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
    private func exactly(_ patches: [PatchReference]) -> [String] {
        let versions = patches.map { patch in
            let isPlain = patch.architecture == "all" || patch.architecture == architecture
            return "\(patch.name)\(isPlain ? "" : ":\(patch.architecture)")=\(patch.version)"
        }
        return ["--quiet", "--only-upgrade", "install"] + versions
    }

    /// The same, and nothing taken away for them.
    private func transaction(_ patches: [PatchReference]) -> [String] { ["--no-remove"] + exactly(patches) }
}
