import AgentProtocol

/// Other package managers at work on the host.
extension Apt {
    /// Waits while another process holds a lock of dpkg or apt: a package manager that a former agent started, or somebody else's.
    package func waitForOthers(toRefresh: Bool = false, within limit: Duration) async throws(StepFailure) {
        let packages = [options.statusFolder + "/lock-frontend", options.statusFolder + "/lock"]
        let locks = packages + (toRefresh ? [options.listsFolder + "/lock"] : [])
        try await patience.wait(within: limit) { locks.lazy.compactMap(FileLock.holder).first }
    }
}
