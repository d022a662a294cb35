import AgentProtocol

/// What is installed and offered on a Windows host at one moment, and what is remembered of it.
struct WindowsSurvey: Sendable {
    var facts: WindowsFacts
    var source: UpdateSource
    /// Those that Windows says are there, or are with the next boot.
    var installed: [OfferedUpdate]
    /// `KB5036909`: what the system's own list of fixes names.
    var fixes: [String]
    var offered: [OfferedUpdate]
    var signals: RebootSignals
    var memory: InstallMemory

    /// The updates that are there, but those that a reboot took back.
    var present: [OfferedUpdate] { installed.filter { !memory.isRolledBack($0.identity) } }

    /// The updates that may be installed.
    var open: [OfferedUpdate] { offered.filter { !$0.isDefinition && !$0.wantsReboot } }

    /// The revisions of a name's updates that are there; empty when none is.
    func version(of name: String) -> String {
        present.filter { $0.name == name }.map(\.identity.description).sorted().joined(separator: " ")
    }

    func state(of name: String) -> PackageState? {
        let offers = open.filter { $0.name == name }
        let version = version(of: name)
        guard !version.isEmpty || !offers.isEmpty || installed.contains(where: { $0.name == name }) else { return nil }
        return PackageState(
            name: name,
            architecture: facts.architecture.lowercased(),
            version: version,
            isConfigured: true,
            isHeld: !offers.isEmpty && offers.allSatisfy(\.isHidden),
            format: .windows
        )
    }

    var rebootRequest: RebootRequest {
        let revisions = present.compactMap(\.revisionAfter).filter { $0.build == facts.build }.map(\.revision)
        let newest = revisions.max().flatMap { $0 > facts.revision ? $0 : nil }
        return RebootRequest(
            reasons: signals.reasons,
            packages: Set(present.filter(\.wantsReboot).map(\.name)).sorted(),
            kernel: newest.map { "\(facts.version).\(facts.build).\($0)" }
        )
    }
}

extension WindowsUpdate {
    private struct Installed: Decodable {
        struct Entry: Decodable {
            var id: String
            var revision: Int
            var hresult: HResult
        }

        var updates: [OfferedUpdate]
        var fixes: [String]
        /// The newest first.
        var history: [Entry]

        var codes: [UpdateIdentity: HResult] {
            let results = history.map { (UpdateIdentity(id: $0.id, revision: $0.revision), $0.hresult) }
            return Dictionary(results) { newest, _ in newest }.filter { $0.value.isFailure }
        }
    }

    /// Reads what is known already; nothing is searched for on the server.
    func survey() async throws(StepFailure) -> WindowsSurvey {
        let answers = try await converse(
            [(.installed, nil), (.search, Self.offered(online: false)), (.reboot, nil), (.source, nil)],
            limits.query
        )
        let installed: Installed = try answers.answer(to: .installed)
        let offered: FoundUpdates = try answers.answer(to: .search)
        var memory = try remembered()
        let former = memory
        memory.settle(in: answers.facts.boot, codes: installed.codes, at: now())
        if memory != former { try remember(memory) }
        return WindowsSurvey(
            facts: answers.facts,
            source: try answers.answer(to: .source),
            installed: installed.updates.filter { !$0.isDefinition },
            fixes: installed.fixes,
            offered: offered.updates,
            signals: try answers.answer(to: .reboot),
            memory: memory
        )
    }
}
