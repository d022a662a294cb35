import Domain
import Testing
import Time

@Suite("Rejected patches")
struct PatchRejectionTests {
    private static let rejection = PatchRejection(entry: "openssl", reason: "breaks TLS", owner: "ana")

    private func running() throws -> CycleRun {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.send(.lanesOpened(stage: "early", lanes: [.sample("e1")]))
        return run
    }

    @Test("A cycle that brings one is halted, and goes on only when it is accepted again and a person resumes it")
    func halted() throws {
        var run = try running()
        #expect(try run.send(.rejectPatch(Self.rejection, by: "ana")) == [.tell(rollout: "e1", .pause(revision: 3))])
        #expect(run.state.state == .halted)
        #expect(run.state.hold?.reason == "ana rejected openssl, which its plan would bring: breaks TLS")
        #expect(try run.send(.rejectPatch(Self.rejection, by: "ana")) == [])
        #expect(throws: CycleRefusal.rejectedPatch(reason: try #require(run.state.hold?.reason))) {
            try run.send(.resume(reason: nil))
        }
        #expect(try run.send(.acceptPatch(entry: "other", by: "ana")) == [])
        #expect(run.state.state == .halted)
        #expect(try run.send(.acceptPatch(entry: "openssl", by: "ben")) == [])
        #expect(run.state.state == .paused)
        #expect(run.state.hold?.reason == "ben accepted openssl again")
        #expect(try run.send(.resume(reason: nil)) == [.tell(rollout: "e1", .resume(revision: 5, by: "ada"))])
        try run.stream.checkFold("rejected")
    }

    @Test("It outlasts the lane's end, and an abort ends it")
    func aborted() throws {
        var run = try running()
        try run.send(.rejectPatch(Self.rejection, by: "ana"))
        try run.send(.laneEnded(.sample("e1")))
        #expect(run.state.state == .halted)
        try run.send(.abort(reason: "start anew"))
        #expect(run.state.state == .aborted)
        #expect(try run.send(.rejectPatch(Self.rejection, by: "ana")) == [])
    }

    @Test("A cycle without a plan is left alone: its plan will not have it")
    func withoutPlan() throws {
        var run = try CycleRun(role: nil)
        #expect(try run.send(.rejectPatch(Self.rejection, by: "ana")) == [])
        #expect(run.state.hold == nil)
    }

    @Test(
        "An entry calls a patch by any of its names",
        arguments: [
            ("openssl", true), ("openssl=3.0.2-0ubuntu1.15", true), ("openssl-3.0.2-0ubuntu1.15", true),
            ("openssl.amd64", true), ("openss?", true), ("libssl3", false), ("openssl=3.0.2-0ubuntu1.16", false),
        ]
    )
    func names(entry: String, matches: Bool) {
        let patch = Patch(name: "openssl", architecture: "amd64", version: "3.0.2-0ubuntu1.15")
        #expect(PatchRejection(entry: entry, reason: "", owner: "").matches(patch) == matches)
    }

    @Test("A baseline rejects while the rejection is in force, its last day included")
    func inForce() throws {
        let baseline = Baseline(
            name: "one",
            patchGroups: ["*"],
            rules: [],
            approved: ["*"],
            approvedIncludesNonSecurity: true,
            rejections: [
                PatchRejection(entry: "openssl", reason: "bad", owner: "ana", expires: CivilDate("1970-01-02"))
            ]
        )
        let patch = Patch(name: "openssl", architecture: "amd64", version: "3")
        let candidate = PatchCandidate(patch: patch, system: .ubuntu, product: "Ubuntu22.04")
        #expect(baseline.judge(candidate, at: seconds(2 * 86_400 - 1)) == .rejected("openssl"))
        #expect(baseline.judge(candidate, at: seconds(2 * 86_400)).level == .unspecified)
        #expect(try coded(baseline) == baseline)
    }

    @Test("A lane is asked for updates and for what comes with them")
    func specs() {
        let update = Patch(name: "openssl", architecture: "amd64", version: "3")
        let newcomer = Patch(name: "linux-image-6.1", architecture: "amd64", version: "6.1")
        var spec = RolloutSpec.sample(targets: 1, operation: .scan)
        #expect(spec.patch(rejectedBy: Self.rejection) == nil)
        spec.operation = .install(
            InstallWork(
                planDigest: "p",
                patchSets: [PatchSet(patches: [update], newcomers: [newcomer])],
                setOfTarget: [0],
                reboot: .ifNeeded
            )
        )
        #expect(spec.patch(rejectedBy: Self.rejection) == update)
        #expect(spec.patch(rejectedBy: PatchRejection(entry: "linux-*", reason: "", owner: "")) == newcomer)
        #expect(spec.patch(rejectedBy: PatchRejection(entry: "vim", reason: "", owner: "")) == nil)
    }
}
