import AgentProtocol
import FoundationEssentials

/// Installing exactly the ordered revisions, each by itself.
extension WindowsUpdate {
    /// The failures that are an update's own, and will come again.
    private static let lasting: Set<FailureKind> = [.script, .signature, .unknown]

    /// Windows cannot try an installation: this is what would be asked of it.
    package func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange] {
        let survey = try await survey()
        return try offers(transaction, survey).map { offer in
            let patch = offer.reference(survey.facts)
            return PlannedChange(
                .install,
                name: patch.name,
                architecture: patch.architecture,
                from: survey.version(of: patch.name),
                to: patch.version
            )
        }
    }

    package func download(_ transaction: PackageTransaction) async throws(StepFailure) {
        let arguments = Self.naming(transaction.patches.compactMap { UpdateIdentity($0.version) })
        let space: Space = try await converse([(.space, nil)], limits.query).answer(to: .space)
        guard space.freeBytes >= Self.neededBytes else {
            let figures = "\(Self.neededBytes >> 20) MiB needed, \(space.freeBytes >> 20) MiB free"
            throw StepFailure(.disk, "no room on \(space.drive): \(figures); free some space and install again")
        }
        let answers = try await converse([(.download, arguments)], limits.download)
        let outcome: Outcome = try answers.answer(to: .download)
        if let failure = outcome.failure(of: transaction) { throw failure }
    }

    package func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure? {
        do throws(StepFailure) {
            try await waitForOthers(toRefresh: false, within: limit)
            let survey = try await survey()
            // What must be alone comes first: behind others it would wait for a reboot.
            let offers = try offers(transaction, survey).sorted { $0.mustBeAlone && !$1.mustBeAlone }
            let answers = try await converse(
                [(.install, Self.naming(offers.map(\.identity)))],
                limits.transaction
            )
            let outcome: Outcome = try answers.answer(to: .install)
            try note(outcome, of: offers, survey)
            return outcome.failure(of: transaction)
        } catch {
            return error
        }
    }

    // MARK: - Steps

    private static func naming(_ updates: [UpdateIdentity]) -> ScriptRequest.Arguments {
        ScriptRequest.Arguments(updates: updates)
    }

    /// The ordered updates as they are offered.
    private func offers(
        _ transaction: PackageTransaction,
        _ survey: WindowsSurvey
    ) throws(StepFailure) -> [OfferedUpdate] {
        var offers: [OfferedUpdate] = []
        for patch in transaction.patches {
            guard let offer = survey.open.first(where: { $0.reference(survey.facts) == patch }) else {
                throw StepFailure(.vanishedVersion, "\(patch.name) \(patch.version) is not on offer any more")
            }
            guard !offer.canAsk else {
                throw StepFailure(.conflict, "\(patch.name) may ask a person something, and nobody is there")
            }
            if let obstacle = survey.memory.obstacle(offer.identity, at: now()) {
                throw StepFailure(.conflict, "\(patch.name) is \(obstacle)")
            }
            offers.append(offer)
        }
        return offers
    }

    private func note(
        _ outcome: Outcome,
        of offers: [OfferedUpdate],
        _ survey: WindowsSurvey
    ) throws(StepFailure) {
        var memory = survey.memory
        for result in outcome.results {
            if !result.hasFailed {
                memory.forget(result.identity)
                let isCumulative = offers.contains { $0.identity == result.identity && $0.isCumulative }
                if result.wantsReboot == true, isCumulative { memory.expect(result.identity, from: survey.facts.boot) }
            } else if Self.lasting.contains(result.hresult.kind) {
                memory.note(result.identity, failed: result.hresult.description, at: now())
            }
        }
        if memory != survey.memory { try remember(memory) }
    }

    // MARK: - Memory

    func remembered() throws(StepFailure) -> InstallMemory {
        do {
            guard let bytes = try DurableFile.read(memoryFile) else { return InstallMemory() }
            return try JSONDecoder().decode(InstallMemory.self, from: Data(bytes))
        } catch {
            let advice = "remove it, and updates that failed are tried again"
            throw StepFailure(.disk, "\(memoryFile) cannot be read: \(error); \(advice)")
        }
    }

    func remember(_ memory: InstallMemory) throws(StepFailure) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try DurableFile.write(Array(try encoder.encode(memory)), to: memoryFile, mode: 0o600)
        } catch {
            throw StepFailure(.disk, "\(memoryFile) cannot be written: \(error)")
        }
    }

    // MARK: - Answers

    private struct Space: Decodable {
        var drive: String
        var freeBytes: Int64
    }

    /// What became of each update of a download or an installation.
    private struct Outcome: Decodable {
        struct Result: Decodable {
            var id: String
            var revision: Int
            /// 0 not started, 1 in progress, 2 done, 3 done with errors, 4 failed, 5 aborted.
            var result: Int
            var hresult: HResult
            var wantsReboot: Bool?

            var identity: UpdateIdentity { UpdateIdentity(id: id, revision: revision) }
            var hasFailed: Bool { result != 2 && result != 3 }
        }

        var results: [Result]

        /// The first failure, with how many there are; nil when there is none.
        func failure(of transaction: PackageTransaction) -> StepFailure? {
            let failed = results.filter(\.hasFailed)
            guard let first = failed.first else { return nil }
            let version = first.identity.description
            let name = transaction.patches.first { $0.version == version }?.name ?? version
            let others = failed.count > 1 ? "; \(failed.count - 1) more failed" : ""
            return StepFailure(first.hresult.kind, "\(name) failed, \(first.hresult.text)\(others)")
        }
    }
}
