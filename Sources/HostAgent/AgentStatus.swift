import AgentProtocol
import Time

/// What the state folder says of the agent.
package struct AgentStatus: Sendable {
    private let state: StateFolder
    private let processes: ProcessTable

    package init(state: StateFolder, processes: ProcessTable = ProcessTable()) {
        self.state = state
        self.processes = processes
    }

    /// A few lines for a person.
    ///
    /// - Throws: ``AgentFailure`` when the host is not enrolled.
    package func lines() throws -> [String] {
        guard let configuration = try state.configuration() else {
            throw AgentFailure("this host is not enrolled in \(state.path): run ringmaster-agent enrol first")
        }
        let known = try AgentState(journal: FramedFile.peek(state.journalFile))
        let last = known.finished.last.map { "\($0.order), \($0.fact.word) at \($0.at)" } ?? "none"
        return [
            "node          \(configuration.node)",
            "server        \(configuration.server)",
            "site          \(configuration.site)",
            "patch group   \(configuration.patchGroup)",
            "root          \(configuration.root)",
            "under way     \(known.activeRun?.order.id ?? "none")\(try progress(of: known.activeRun))",
            "last order    \(last)",
            "to be sent    \(known.outbox.count + known.bootReports.count) reports",
        ] + (configuration.root == "/" ? processes.outdatedPrograms().map(Self.line) : [])
    }

    /// What the package manager of the run's transaction is at.
    private func progress(of run: HostRun?) throws -> String {
        guard run?.isChangingPackages == true else { return "" }
        return try RunLog.progress(in: RunLog.all(in: state.packageFolder)).map { ": \($0)" } ?? ""
    }

    private static func line(_ program: ProcessTable.OutdatedProgram) -> String {
        "to restart    \(program.program), which uses replaced \(program.libraries.joined(separator: ", "))"
    }
}
