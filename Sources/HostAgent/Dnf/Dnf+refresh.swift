import AgentProtocol

/// Fetching the metadata of all repositories.
extension Dnf {
    /// What cannot be resolved is left out of the newcomers, and is an update all the same.
    static let inventoryOptions = ["--setopt=best=False"]

    package func refresh() async throws(StepFailure) {
        try await refresh(program.executable, try options.arguments() + ["makecache", "--refresh"])
    }

    /// One dnf fetches and tells what it then knows: starting it is most of what either takes.
    package func refreshToScan() async throws(StepFailure) {
        let planner = ["-I", "-c", DnfProgram.planner, "scan", options.offer]
        try await refresh(program.interpreter, planner + (try options.arguments()) + Self.inventoryOptions)
        prepared.read(options.offer)
    }

    private func refresh(_ executable: String, _ arguments: [String]) async throws(StepFailure) {
        let what = "dnf makecache --refresh"
        prepared.forget()
        do throws(FileFailure) {
            try DurableFile.remove(options.offer)
        } catch {
            throw StepFailure(.disk, error.description)
        }
        try await patience.retrying(within: Limit.lock) { () async throws(StepFailure) in
            let result = try await tool.logged(
                executable,
                arguments,
                as: what,
                log: options.fetchLog,
                within: Limit.refresh
            )
            try check(result, what, otherwise: .repository)
        }
    }
}
