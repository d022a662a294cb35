import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Scheduling
import Time

/// Takes the policy that people apply, and what they reject between two of its versions.
package struct PolicyService: Sendable {
    /// Largest policy that is taken, as JSON.
    package static let maximumBytes = 1 << 20
    private static let mostPreviewDays = 400
    /// To change a policy that other processes change, too.
    private static let mostAttempts = 20
    /// The code of a change that others have been in the way of.
    package static let changedMeanwhile = PolicyRefusal.changedMeanwhile(digest: nil).code
    static let stream = PolicyBook.stream(PolicyBook.streamName)

    private let desk: MessageDesk
    let reader: StreamReader
    let questions: FleetQuestions
    private let turns = Turns()

    init(desk: MessageDesk, reader: StreamReader, questions: FleetQuestions) {
        self.desk = desk
        self.reader = reader
        self.questions = questions
    }

    package func current() async throws -> PolicyView { PolicyView(try await reader.policy()) }

    /// What would change, and for how many nodes.
    ///
    /// - Throws: ``Problem`` 400 with all that is wrong with the policy.
    package func diff(_ policy: Policy) async throws -> PolicyDiffView {
        let text = try checked(policy)
        let book = try await reader.policy()
        return PolicyDiffView(
            base: book.digest,
            digest: ContentStore.digest(of: text),
            changes: try PolicyDiff(from: book.policy ?? Policy(), to: policy, fleet: try await questions.fleetGroups())
                .changes
        )
    }

    /// Puts the policy in the place of the present one; one that is as it was changes nothing.
    ///
    /// - Throws: ``Problem`` 400 with all that is wrong with the policy, 409 when another was applied since it was compared.
    package func apply(_ request: ApplyPolicy, key: String?) async throws -> PolicyView {
        let person = try PersonName.check(request.by)
        let digest = ContentStore.digest(of: try checked(request.policy))
        let message = PolicyMessage.apply(request.policy, digest: digest, base: request.base)
        try await ask(message, key: key, by: person)
        return try await current()
    }

    /// Changes a part of the policy: what the body makes of the present one takes its place, unless that is as it was.
    ///
    /// One change at a time is under way in this process; the body is asked again for a policy that somebody else has
    /// applied meanwhile.
    ///
    /// - Parameters:
    ///   - person: who changes it.
    ///   - key: the same for a request that is sent again, which changes nothing more.
    /// - Returns: the policy as the change left it.
    /// - Throws: what the body throws; ``Problem`` as ``apply(_:key:)``.
    package func change(
        by person: String,
        key: String,
        _ body: (inout Policy) throws -> Void
    ) async throws -> PolicyBook {
        try PersonName.check(person)
        return try await turns.take {
            for attempt in 1...Self.mostAttempts {
                if let book = try await change(by: person, key: key, attempt, body) { return book }
                try await Task.sleep(for: Self.rest(after: attempt))
            }
            let detail = "others keep changing the policy; repeat the request"
            throw Problem(status: 409, code: Self.changedMeanwhile, detail: detail)
        }
    }

    /// Rejects the patch in every baseline, halts the cycles that would still bring it, and tells who has it.
    package func reject(_ request: RejectPatch, key: String?) async throws -> RejectionView {
        let person = try PersonName.check(request.by)
        let rejection = PatchRejection(
            entry: request.entry,
            reason: request.reason,
            owner: person,
            expires: request.expires
        )
        guard (1...100).contains(rejection.entry.count), !rejection.entry.utf8.contains(0) else {
            let detail = "a rejection names a package, version, KB, advisory or CVE in 1 to 100 characters without NUL"
            throw Problem(status: 400, code: "invalid-entry", detail: detail)
        }
        try checkReason(request.reason, "reject \(request.entry)")
        try await ask(.reject(rejection), of: request.entry, key: key, by: person)
        return try await questions.holders(of: rejection)
    }

    /// Takes back what ``reject(_:key:)`` did; cycles that it halted go on when a person resumes them.
    package func accept(_ request: AcceptPatch, key: String?) async throws -> PolicyView {
        let person = try PersonName.check(request.by)
        try checkReason(request.reason, "accept \(request.entry)")
        let message = PolicyMessage.accept(entry: request.entry, reason: request.reason)
        try await ask(message, of: request.entry, key: key, by: person)
        return try await current()
    }

    /// What the baseline says of the advisories of the last days, beside what the present policy's of that name says.
    ///
    /// - Throws: ``Problem`` 400 for a baseline that cannot be applied or names no system, 409 when there are too many advisories.
    package func preview(_ request: PreviewBaseline) async throws -> BaselinePreviewView {
        let baseline = request.baseline
        _ = try checked(Policy(baselines: [baseline]))
        guard baseline.system != nil else {
            let detail =
                "baseline \(baseline.name) names no operating system (`os`), so that no advisory is known to be for it"
            throw Problem(status: 400, code: "baseline-without-system", detail: detail)
        }
        let days = min(max(1, request.days), Self.mostPreviewDays)
        let now = desk.now()
        guard let known = try await questions.advisories(since: now - .seconds(days * 86_400)) else {
            let most = FleetQuestions.previewAdvisories
            let detail = "more than \(most) advisories were published in \(days) days; preview fewer days"
            throw Problem(status: 409, code: "too-many-advisories", detail: detail)
        }
        let present = try await reader.policy().policy?.baselines.first { $0.name == baseline.name }
        let preview = BaselinePreview(
            of: baseline,
            against: present,
            known.advisories,
            threats: try await questions.threats(of: known.advisories),
            ratings: known.ratings,
            at: now
        )
        return BaselinePreviewView(preview, of: baseline.name, days: days)
    }

    /// The policy with who applied it, and when its baselines were made.
    package func book() async throws -> PolicyBook { try await reader.policy() }

    // MARK: - Steps

    /// - Returns: nil where somebody else has changed the policy meanwhile.
    private func change(
        by person: String,
        key: String,
        _ attempt: Int,
        _ body: (inout Policy) throws -> Void
    ) async throws -> PolicyBook? {
        let book = try await reader.policy()
        var policy = book.policy ?? Policy()
        try body(&policy)
        guard policy != book.policy else { return book }
        let digest = ContentStore.digest(of: try checked(policy))
        // The first attempt's id tells that a request was sent again; the others' differ by what they change, so that a
        // request that is sent again is not given all the refusals of the first.
        let suffix = attempt == 1 ? "" : "/\(book.digest?.prefix(16) ?? "none")"
        do {
            let message = PolicyMessage.apply(policy, digest: digest, base: book.digest)
            try await ask(message, key: "\(key)/\(attempt)\(suffix)", by: person)
            return try await reader.policy()
        } catch let problem as Problem where problem.code == Self.changedMeanwhile {
            return nil
        }
    }

    /// By chance, so that processes that were in each other's way are not again; growing, and two seconds in all.
    private static func rest(after attempt: Int) -> Duration { .milliseconds(Int.random(in: 5...(10 + attempt * 10))) }

    /// - Parameter entry: whose rejection it is about: the same key for another entry is another request.
    private func ask(_ message: PolicyMessage, of entry: String? = nil, key: String?, by person: String) async throws {
        let subject = entry.map { "\(ContentStore.digest(of: $0).prefix(16))/" } ?? ""
        let id = "\(message.kind)/\(subject)\(key ?? Secret.identifier())"
        try await desk.ask(Self.stream, message, id: id, by: person)
    }

    /// Its canonical JSON.
    private func checked(_ policy: Policy) throws -> String {
        let problems = policy.problems
        guard problems.isEmpty else {
            let lines = problems.prefix(50).map(\.description).joined(separator: "\n")
            throw Problem(status: 400, code: "policy-invalid", detail: "the policy cannot be applied:\n\(lines)")
        }
        let text = try DomainJSON.encode(policy)
        guard text.utf8.count <= Self.maximumBytes else {
            let detail =
                "the policy has \(text.utf8.count) bytes; \(Self.maximumBytes) are allowed: shorten its calendars"
            throw Problem(status: 400, code: "policy-too-large", detail: detail)
        }
        return text
    }

    private func checkReason(_ reason: String, _ what: String) throws(Problem) {
        guard (1...500).contains(reason.utf8.count) else {
            let detail =
                "to \(what) needs a reason of 1 to 500 bytes, for those who read the log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
    }
}
