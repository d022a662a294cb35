import Domain
import Time

/// Events of a rollout in some order, with texts of all sorts.
struct RandomHistory {
    private(set) var events: [RolloutEvent] = []

    /// - Parameter withUnusual: also events and texts that are left to the general decoder.
    init(_ random: inout SplitMix64, withUnusual: Bool = true) {
        let hosts = Int.random(in: 1...20, using: &random)
        var texts = ["", "3.0.17-1~deb12u3", "amd64", "Zürich/日本 🚀 \u{2028}", "already-installed", "{}[],:/"]
        if withUnusual {
            // Few, so that most events are plain.
            texts = Array(repeatElement(texts, count: 20).joined())
            texts += ["\"quoted\"", "back\\slash", "line\nend", "\u{1}\u{7f}"]
        }
        events.append(.opened(Self.spec(hosts, texts, &random), at: Self.time(&random)))
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            events.append(Self.event(hosts, texts, &random))
            if withUnusual, random.next() % 4 == 0 { events.append(Self.unusual(hosts, texts, &random)) }
        }
    }

    // MARK: - Events

    private static func event(_ hosts: Int, _ texts: [String], _ random: inout SplitMix64) -> RolloutEvent {
        guard random.next() % 5 > 0 else {
            let (first, count) = (Int.random(in: 0..<hosts, using: &random), Int.random(in: 0...5, using: &random))
            return .hostsOrdered(first: first, count: count, expires: time(&random), at: time(&random))
        }
        let boot = BootIdentity(bootID: text(texts, &random), kernel: text(texts, &random))
        let proof = RebootProof(before: boot, after: boot, isConfirmed: .random(using: &random), reasons: [texts[1]])
        let facts: [HostFact] = [
            .accepted, .installing, .rebooting(boot), .verifying(boot), .scanned(inventory: text(texts, &random)),
            .installed(inventory: text(texts, &random), patches: outcomes(texts, &random), reboot: nil),
            .installed(inventory: text(texts, &random), patches: outcomes(texts, &random), reboot: proof),
        ]
        return report(facts, hosts, &random)
    }

    private static func unusual(_ hosts: Int, _ texts: [String], _ random: inout SplitMix64) -> RolloutEvent {
        let at = time(&random)
        let facts: [HostFact] = [
            .refused(.pastCutoff, detail: text(texts, &random)),
            .failed(.script, detail: text(texts, &random), inventory: nil, patches: outcomes(texts, &random)),
            .ran(.script, detail: text(texts, &random)),
        ]
        let others: [RolloutEvent] = [
            .hostsExpired([Int.random(in: 0..<hosts, using: &random)], as: .timedOut, at: at),
            .halted(errors: 3, at: at), .paused(revision: 1, at: at), .ended(at: at),
            .resumed(revision: 2, by: text(texts, &random), at: at),
            .windowMoved(WindowOccurrence(opens: at, cutoff: at, closes: time(&random)), at: at),
        ]
        guard random.next() % 2 == 0 else { return report(facts, hosts, withSteps: true, &random) }
        return others.randomElement(using: &random) ?? .ended(at: at)
    }

    private static let step = StepOutcome(
        hook: .onExit,
        name: "undrain",
        state: .succeeded,
        exitCode: 0,
        milliseconds: 12,
        attempts: 1,
        output: "started"
    )

    private static func report(
        _ facts: [HostFact],
        _ hosts: Int,
        withSteps: Bool = false,
        _ random: inout SplitMix64
    ) -> RolloutEvent {
        let report = HostReport(
            index: Int.random(in: 0..<hosts, using: &random),
            attempt: Int.random(in: 1...2_000_000_000, using: &random),
            sequence: Int.random(in: 0...3_000_000_000, using: &random),
            happenedAt: time(&random),
            fact: facts.randomElement(using: &random) ?? .accepted,
            steps: withSteps ? [Self.step] : nil
        )
        return .hostReported(report, at: time(&random))
    }

    // MARK: - Values

    private static func spec(_ hosts: Int, _ texts: [String], _ random: inout SplitMix64) -> RolloutSpec {
        let sets = (0..<3).map { _ in
            PatchSet(patches: [patch(texts, &random), patch(texts, &random)], newcomers: [patch(texts, &random)])
        }
        let work = InstallWork(
            planDigest: text(texts, &random),
            patchSets: sets,
            setOfTarget: (0..<hosts).map { _ in Int.random(in: sets.indices, using: &random) },
            reboot: .random(using: &random) ? .ifNeeded : .never,
            rebootSlots: RebootSlotsOfTargets(
                (0..<hosts).map { _ in .random(using: &random) ? nil : text(texts, &random) }
            )
        )
        return RolloutSpec(
            cycle: text(texts, &random),
            stage: text(texts, &random),
            rollout: text(texts, &random),
            site: text(texts, &random),
            patchGroup: text(texts, &random),
            operation: .random(using: &random) ? .install(work) : .scan,
            targets: (0..<hosts).map { "mi-\($0)" },
            window: WindowOccurrence(opens: time(&random), cutoff: time(&random), closes: time(&random)),
            rateControl: RateControl(maxConcurrency: limit(&random), maxErrors: limit(&random)),
            openedSecond: .random(using: &random) ? 1_764_000_000 : nil
        )
    }

    private static func limit(_ random: inout SplitMix64) -> Limit {
        let number = Int.random(in: 0...100, using: &random)
        return .random(using: &random) ? .count(number) : .percent(number)
    }

    private static func outcomes(_ texts: [String], _ random: inout SplitMix64) -> [PatchOutcome] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            PatchOutcome(
                patch: patch(texts, &random),
                state: random.next() % 2 == 0 ? .installed : .allCases.randomElement(using: &random) ?? .failed,
                before: .random(using: &random) ? text(texts, &random) : nil,
                after: .random(using: &random) ? text(texts, &random) : nil
            )
        }
    }

    private static func patch(_ texts: [String], _ random: inout SplitMix64) -> Patch {
        Patch(name: text(texts, &random), architecture: text(texts, &random), version: text(texts, &random))
    }

    private static func text(_ texts: [String], _ random: inout SplitMix64) -> String {
        texts.randomElement(using: &random) ?? ""
    }

    /// Also before 1970.
    private static func time(_ random: inout SplitMix64) -> Timestamp {
        Timestamp(microseconds: Int64.random(in: -1_000_000...4_000_000_000_000_000, using: &random))
    }
}
