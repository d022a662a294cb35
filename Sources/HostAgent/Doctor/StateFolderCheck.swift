/// The agent's own folder: what is secret in it is read by nobody else, and nobody else writes to it.
struct StateFolderCheck: HealthCheck {
    let state: StateFolder

    var name: String { "state-folder" }

    func findings() throws -> [Finding] {
        try wrong().map { path, mode in
            Finding(
                name,
                "\(path) belongs to another user or lets others in",
                advice: "chown root and chmod \(String(mode, radix: 8)) it, or run doctor --repair",
                isRepairable: true
            )
        }
    }

    func repair() throws -> String {
        let wrong = try wrong()
        for (path, mode) in wrong { try FileAccess.set(path, mode: mode) }
        return "set the owner and the mode of \(wrong.map(\.path).joined(separator: ", "))"
    }

    /// What has too much, and what it should have; what is not there needs nothing.
    private func wrong() throws -> [(path: String, mode: UInt32)] {
        var wanted: [(path: String, mode: UInt32)] = [(state.path, 0o755)]
        for secret in [
            state.keyFile, state.nextKeyFile, state.formerKeyFile, state.configurationFile, state.journalFile,
        ] {
            wanted.append((secret, 0o600))
        }
        return try wanted.filter { path, mode in
            guard let access = try FileAccess(of: path) else { return false }
            return !access.isOwn || access.mode & ~mode != 0
        }
    }
}
