import AgentProtocol
package import Time

/// Windows Update: updates are packages, named by their articles, with their exact revisions as versions.
package struct WindowsUpdate: PackageManager {
    /// Time limits of the script.
    package struct Limits: Sendable {
        var query = Duration.seconds(900)
        var search = Duration.seconds(3_600)
        var download = Duration.seconds(7_200)
        var transaction = Duration.seconds(14_400)
        /// How long another installation may be at work before the step is given up.
        var lock = Duration.seconds(600)

        package init() {}
    }

    /// What the system's drive must have free before anything is fetched: a cumulative update is unpacked there more than once.
    static let neededBytes: Int64 = 10 << 30
    /// While a host comes up, a search may be refused as malformed.
    static let searchAttempts = 5
    static let searchPause = Duration.seconds(30)

    let script: any UpdateScript
    /// Where ``InstallMemory`` is kept.
    let memoryFile: String
    let limits: Limits
    let patience: LockPatience
    let now: @Sendable () -> Timestamp

    /// - Parameter folder: the agent's own, for the script and what is remembered of failures.
    package init(
        folder: String,
        script: (any UpdateScript)? = nil,
        limits: Limits = Limits(),
        clock: any Clock<Duration> = QuietClock(),
        now: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) throws(FileFailure) {
        try DurableFile.makeFolder(folder, mode: 0o755)
        self.script = script ?? PowerShell(file: folder + "/windows-update.ps1")
        memoryFile = folder + "/windows-failures.json"
        self.limits = limits
        patience = LockPatience(clock: clock)
        self.now = now
    }

    /// Searches on the update server, so that what is offered is known afresh.
    package func refresh() async throws(StepFailure) {
        let answers = try await converse([(.services, nil), (.search, Self.offered(online: true))], limits.search)
        let needed: NeededServices = try answers.answer(to: .services)
        let disabled = needed.services.filter { $0.startMode == "Disabled" }.map(\.name)
        guard disabled.isEmpty else {
            let names = disabled.joined(separator: ", ")
            throw StepFailure(.repository, "Windows Update cannot work: set the services \(names) to start manually")
        }
        let _: FoundUpdates = try answers.answer(to: .search)
    }

    package func waitForOthers(toRefresh: Bool, within limit: Duration) async throws(StepFailure) {
        try await patience.retrying(within: limit) { () async throws(StepFailure) in
            let answers = try await converse([(.busy, nil)], limits.query)
            let installer: Installer = try answers.answer(to: .busy)
            guard !installer.isBusy else {
                throw StepFailure(.lock, "another installation of Windows Update is at work, and did not end")
            }
        }
    }

    /// Windows completes or takes back by itself what was cut off.
    package func repair(allowing transaction: PackageTransaction, waiting limit: Duration) async throws(StepFailure) {}

    /// Windows keeps its logs itself.
    package var logs: [RunLog] { [] }

    /// Windows clears its downloads itself.
    package func clean() throws(StepFailure) {}

    package func rebootRequest() async throws(StepFailure) -> RebootRequest { try await survey().rebootRequest }

    /// What the system is.
    func facts() async throws(StepFailure) -> WindowsFacts { try await converse([], limits.query).facts }

    // MARK: - The dialogue

    /// What the script answered in one conversation.
    struct Answers: Sendable {
        let facts: WindowsFacts
        fileprivate let conversation: ScriptConversation
        fileprivate let requests: [ScriptRequest]
        fileprivate let ending: String

        func answer<Content: Decodable>(to verb: ScriptRequest.Verb) throws(StepFailure) -> Content {
            guard let request = requests.first(where: { $0.verb == verb }) else {
                throw StepFailure(.unknown, "Windows Update was not asked for \(verb.rawValue)")
            }
            return try conversation.answer(to: request, ending)
        }
    }

    typealias Question = (verb: ScriptRequest.Verb, arguments: ScriptRequest.Arguments?)

    /// Asks in one process of the script's, which says first who it is.
    func converse(_ asked: [Question], _ limit: Duration) async throws(StepFailure) -> Answers {
        let all: [Question] = [(verb: .hello, arguments: nil)] + asked
        let requests = all.enumerated().map { index, asked in
            ScriptRequest(id: index + 1, verb: asked.verb, arguments: asked.arguments)
        }
        let lines: [String]
        do {
            lines = try requests.map { try $0.line() }
        } catch {
            throw StepFailure(.unknown, "a request to Windows Update cannot be written: \(error)")
        }
        var attempts = 1
        while true {
            let conversation = try await exchange(lines, limit)
            let isRefused = conversation.said.failures.contains { $0.hresult == .invalidCriteria }
            guard isRefused, attempts < Self.searchAttempts else {
                return try answers(conversation.said, requests, conversation.ending)
            }
            attempts += 1
            try await patience.pause(Self.searchPause)
        }
    }

    private func exchange(
        _ lines: [String],
        _ limit: Duration
    ) async throws(StepFailure) -> (said: ScriptConversation, ending: String) {
        let conversation = ScriptConversation()
        do throws(StepFailure) {
            return (conversation, try await script.run(lines, within: limit) { conversation.hear($0) })
        } catch {
            guard let progress = conversation.progress else { throw error }
            throw StepFailure(error.kind, "\(error.detail), after \(progress)")
        }
    }

    private func answers(
        _ conversation: ScriptConversation,
        _ requests: [ScriptRequest],
        _ ending: String
    ) throws(StepFailure) -> Answers {
        let facts: WindowsFacts = try conversation.answer(to: requests[0], ending)
        guard facts.protocol == ScriptRequest.currentProtocol else {
            let versions = "\(facts.protocol), the agent \(ScriptRequest.currentProtocol)"
            throw StepFailure(.unknown, "windows-update.ps1 speaks version \(versions): install the agent again")
        }
        return Answers(facts: facts, conversation: conversation, requests: requests, ending: ending)
    }

    /// The search for what is not installed; of drivers nobody is told.
    static func offered(online: Bool) -> ScriptRequest.Arguments {
        ScriptRequest.Arguments(criteria: "IsInstalled=0 and Type='Software'", online: online)
    }

    private struct NeededServices: Decodable {
        struct Service: Decodable {
            var name: String
            var startMode: String
        }

        var services: [Service]
    }

    private struct Installer: Decodable { var isBusy: Bool }
}

/// The script's answer to a search.
struct FoundUpdates: Decodable { var updates: [OfferedUpdate] }
