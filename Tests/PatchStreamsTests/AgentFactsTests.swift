import AgentProtocol
import Domain
import PatchStreams
import Testing
import Time

@Suite("What agents say, in the domain's words")
struct AgentFactsTests {
    private static let moment = Timestamp(microseconds: 1_000_000)

    private func fact(_ fact: HostRunFact) throws -> HostFact {
        let report = Report(order: "c/early/site/group#3#1", sequence: 2, at: Self.moment, fact: fact)
        return try #require(HostReport(report)).fact
    }

    @Test(
        "Both sides know the same words",
        arguments: [
            (FailureKind.allCases.map(\.rawValue), FailureClass.allCases.map(\.rawValue)),
            (RefusalReason.allCases.map(\.rawValue), RefusalCause.allCases.map(\.rawValue)),
            (PatchResult.State.allCases.map(\.rawValue), PatchOutcome.State.allCases.map(\.rawValue)),
            (StepResult.State.allCases.map(\.rawValue), StepOutcome.State.allCases.map(\.rawValue)),
            (Order.Hook.allCases.map(\.rawValue), Hook.allCases.map(\.rawValue)),
        ]
    )
    func sameWords(agent: [String], domain: [String]) { #expect(Set(agent) == Set(domain)) }

    @Test("A failure keeps its class, its proof and its patches", arguments: FailureKind.allCases)
    func failure(kind: FailureKind) throws {
        let patch = PatchReference(name: "acme", architecture: "amd64", version: "2")
        let results = PatchResult.State.allCases.map { state in
            PatchResult(
                patch: patch,
                state: state,
                versionBefore: "1",
                versionAfter: nil,
                failure: state == .failed ? kind : nil,
                output: state == .failed ? String(repeating: "x", count: 2_000) : nil
            )
        }
        let outcomes = PatchOutcome.State.allCases.map { state in
            PatchOutcome(
                patch: Patch(name: "acme", architecture: "amd64", version: "2"),
                state: state,
                before: "1",
                after: nil,
                failure: state == .failed ? FailureClass(rawValue: kind.rawValue) : nil,
                output: state == .failed ? String(repeating: "x", count: PatchOutcome.maximumOutput) : nil
            )
        }
        let failed = try fact(.failed(kind: kind, detail: "why", inventory: "digest", patches: results))
        let expected = FailureClass(rawValue: kind.rawValue)
        #expect(failed == .failed(try #require(expected), detail: "why", inventory: "digest", patches: outcomes))
    }

    @Test("A document's end keeps its class, and its steps what they came to", arguments: [nil, Order.Hook.onExit])
    func document(hook: Order.Hook?) throws {
        #expect(try fact(.ran(kind: nil, detail: nil)) == .ran(nil, detail: nil))
        #expect(try fact(.ran(kind: .timeout, detail: "late")) == .ran(.timeout, detail: "late"))
        let step = StepResult(
            hook: hook,
            name: "s",
            state: .timedOut,
            exitCode: nil,
            milliseconds: 7,
            attempts: 2,
            output: "o"
        )
        let report = Report(
            order: "c/early/site/group#3#1",
            sequence: 2,
            at: Self.moment,
            fact: .ran(kind: nil, detail: nil),
            steps: [step]
        )
        let expected = StepOutcome(
            hook: hook.map { _ in .onExit },
            name: "s",
            state: .timedOut,
            exitCode: nil,
            milliseconds: 7,
            attempts: 2,
            output: "o"
        )
        #expect(try #require(HostReport(report)).steps == [expected])
    }

    @Test("A refusal keeps its reason", arguments: RefusalReason.allCases)
    func refusal(reason: RefusalReason) throws {
        let expected = RefusalCause(rawValue: reason.rawValue)
        #expect(try fact(.refused(reason: reason, detail: "why")) == .refused(try #require(expected), detail: "why"))
    }

    @Test("The steps on the way keep what they prove")
    func steps() throws {
        let boot = BootFacts(bootID: "b1", kernel: "6.1")
        let identity = BootIdentity(bootID: "b1", kernel: "6.1")
        #expect(try fact(.accepted) == .accepted)
        #expect(try fact(.installing) == .installing)
        #expect(try fact(.rebooting(boot)) == .rebooting(identity))
        #expect(try fact(.verifying(boot)) == .verifying(identity))
        #expect(try fact(.scanned(inventory: "digest")) == .scanned(inventory: "digest"))
    }

    @Test(
        "A reboot counts as confirmed only when the agent says so",
        arguments: [
            (RebootResult.Outcome.confirmed, true), (.sameBoot, false), (.oldKernel, false), (.degraded, false),
        ]
    )
    func reboot(outcome: RebootResult.Outcome, isConfirmed: Bool) throws {
        let (before, after) = (BootFacts(bootID: "b1", kernel: "6.1"), BootFacts(bootID: "b2", kernel: "6.2"))
        let reboot = RebootResult(
            before: before,
            after: after,
            outcome: outcome,
            reasons: ["kernel"],
            missing: isConfirmed ? nil : ["80"],
            isKernelOrdered: outcome == .oldKernel ? false : nil
        )
        let proof = RebootProof(
            before: BootIdentity(bootID: "b1", kernel: "6.1"),
            after: BootIdentity(bootID: "b2", kernel: "6.2"),
            isConfirmed: isConfirmed,
            reasons: ["kernel"],
            outcome: isConfirmed ? nil : RebootOutcome(rawValue: outcome.rawValue),
            missing: isConfirmed ? nil : ["80"],
            isKernelOrdered: outcome == .oldKernel ? false : nil
        )
        let installed = try fact(.installed(InstallResult(inventory: "digest", patches: [], reboot: reboot)))
        #expect(installed == .installed(inventory: "digest", patches: [], reboot: proof))
    }

    @Test("A report is placed by its order's id")
    func placed() {
        let report = HostReport(Report(order: "c/early/site/group#3#1", sequence: 2, at: Self.moment, fact: .accepted))
        #expect(report == HostReport(index: 3, attempt: 1, sequence: 2, happenedAt: Self.moment, fact: .accepted))
    }

    @Test(
        "A report that no order of ours is behind is told apart",
        arguments: [
            ("c/early#3#1", 0), ("c/early#3#1", -1), ("", 1), ("c/early", 1), ("c/early#3", 1), ("#3#1", 1),
            ("c/early#-1#1", 1),
            ("c/early#3#0", 1), ("c/early#03#1", 1), ("c/early#3#1 ", 1), ("c/early#99999999999999999999#1", 1),
        ]
    )
    func misplaced(order: String, sequence: Int) {
        #expect(HostReport(Report(order: order, sequence: sequence, at: Self.moment, fact: .accepted)) == nil)
    }

    @Test("An order's id is read back as it was written", arguments: ["c/early/site/group", "c#1/early", "c#1#2"])
    func orderID(rollout: String) {
        let id = OrderID(rollout: rollout, index: 12, attempt: 1)
        #expect(id.description == "\(rollout)#12#1")
        #expect(OrderID(id.description) == id)
    }
}
