import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing
import Time
import Workflows

@Suite("The policy", .serialized, .timeLimit(.minutes(10)))
struct PolicyTests {
    @Test("It is applied whole, by a person, compared with what there was, and told to the schedules")
    func apply() async throws {
        try await withControlPlane { controlPlane in
            let policy = try ShippedPolicy.read().policy
            let diff = try await controlPlane.services.policy.diff(policy)
            #expect(diff.base == nil)
            #expect(diff.changes.allSatisfy { $0.verb == .added })
            let applied = try await controlPlane.applyPolicy()
            #expect(applied.digest == diff.digest)
            #expect(applied.appliedBy == "ana")
            #expect(try await controlPlane.services.policy.diff(policy).changes == [])
            #expect(try await controlPlane.applyPolicy().appliedAt == applied.appliedAt, "nothing was to be done")
            try await controlPlane.schedule("monthly-patch-cycle") { schedule in
                schedule?.plan?.start.policyDigest == applied.digest
            }
            let changed = try await controlPlane.applyPolicy { $0.windows[1].rule.durationSeconds = 4 * 3_600 }
            try await controlPlane.schedule("monthly-patch-cycle") { schedule in
                schedule?.plan?.start.definition.stage(named: "early")?.laneRules?.window.durationSeconds == 4 * 3_600
            }
            let late = ApplyPolicy(policy: policy, base: applied.digest, by: "ben")
            let refused = try await problem { _ = try await controlPlane.services.policy.apply(late, key: nil) }
            #expect(refused.code == "policy-changed")
            #expect(try await controlPlane.services.policy.current().digest == changed.digest)
        }
    }

    @Test("What is wrong with it is told, and nothing is applied")
    func invalid() async throws {
        try await withControlPlane { controlPlane in
            let invalid = try await problem { try await controlPlane.applyPolicy { $0.sites[0].zone = "Mars" } }
            #expect(invalid.status == 400)
            #expect(invalid.code == "policy-invalid")
            #expect(invalid.detail.contains("sites[0]: unknown time zone `Mars`"))
            #expect(try await controlPlane.services.policy.current().digest == nil)
            let gap = try await problem { _ = try await controlPlane.startCycle("monthly-patch-cycle") }
            #expect(gap.status == 409)
            #expect(gap.detail.contains("leaves its baselines to the policy, and none is applied"))
        }
    }

    @Test("A diff says which value changes, and for how many hosts")
    func diff() async throws {
        try await withControlPlane { controlPlane in
            try await controlPlane.applyPolicy()
            for group in ["AL2023-early", "Ubuntu22-early"] {
                let activation = try await controlPlane.activation(patchGroup: group)
                _ = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: group))
            }
            var policy = try ShippedPolicy.read().policy
            policy.baselines[0].rules[0].delay = .days(3)
            policy.freezes.removeLast()
            policy.sites[5].zone = "Europe/Vienna"
            policy.sla = try SLAPolicy(criticalDays: 7, highDays: 30)
            policy.waivers.removeAll()
            let changes = try await controlPlane.services.policy.diff(policy).changes
            #expect(
                changes.map { "\($0.kind) \($0.name) \($0.verb.rawValue) \($0.nodes)" } == [
                    "site Frankfurt changed 2", "baseline plat-al2023-baseline changed 1",
                    "freeze release-42 removed 0", "sla deadlines changed 2", "waiver W-12 removed 1",
                ]
            )
            #expect(changes[0].details == ["zone: Europe/Berlin → Europe/Vienna"])
            #expect(changes[1].details == ["rules[0].delay.days._0: 7 → 3"])
            #expect(changes[3].details == ["criticalDays: 14 → 7"])
        }
    }

    @Test("A rejected patch is in no plan any more, halts what would install it, and tells who has it")
    func reject() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await controlPlane.approve("scan", of: id)
            try await controlPlane.cycle(id, "installing") { $0.stage("early")?.lanes.count == 1 }
            let patch = try #require(try await controlPlane.questions.plan(ofCycle: id).patches.first?.name)
            let request = RejectPatch(entry: patch, reason: "breaks it", expires: nil, by: "ana")
            let rejected = try await controlPlane.services.policy.reject(request, key: "r1")
            #expect(rejected.holderCount == 3)
            #expect(rejected.holders.count == 3)
            let halted = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(halted.reason == "ana rejected \(patch), which its plan would bring: breaks it")
            let refused = try await problem { try await controlPlane.steer(id, .resume) }
            #expect(refused.code == "patch-rejected")
            try await controlPlane.steer(id, .abort, reason: "start anew")
            try await controlPlane.cycle(id, "aborting") { $0.state == "aborted" || $0.state == "aborting" }
        }
    }

    @Test("A stage whose plan brings what was rejected meanwhile does not open")
    func rejectedBeforeOpening() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let patch = try #require(try await controlPlane.questions.plan(ofCycle: id).patches.first?.name)
            let request = RejectPatch(entry: patch, reason: "breaks it", expires: nil, by: "ana")
            _ = try await controlPlane.services.policy.reject(request, key: nil)
            try await controlPlane.approve("scan", of: id)
            let halted = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(halted.reason?.contains("ana has rejected \(patch) since: breaks it") == true)
            let accept = AcceptPatch(entry: patch, reason: "it was not that", by: "ben")
            _ = try await controlPlane.services.policy.accept(accept, key: nil)
            try await controlPlane.steer(id, .resume)
            try await controlPlane.cycle(id, "installing") { $0.stage("early")?.lanes.count == 1 }
        }
    }

    @Test("A freeze that is declared after the start holds for the stages that open from then on")
    func freeze() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let now = controlPlane.clock.now
            let today = String("\(now)".prefix(10))
            let after = String("\(now + .seconds(5 * 86_400))".prefix(10))
            try await controlPlane.applyPolicy {
                $0.freezes = [PolicyFreeze(name: "incident", reason: "", from: today, until: after, zone: "UTC")]
            }
            try await controlPlane.approve("scan", of: id)
            let view = try await controlPlane.cycle(id, "opened") { $0.stage("early")?.lanes.count == 1 }
            let opens = try #require(view.stage("early")?.lanes.first?.opens)
            #expect("\(opens)" == "\(after)T00:00:00Z")
        }
    }
}

extension TestControlPlane {
    /// Waits until the schedule is as wanted.
    fileprivate func schedule(_ workflow: String, until isAsWanted: (Schedule?) -> Bool) async throws {
        let stream = StreamID(kind: "schedule", name: workflow)
        _ = try await eventually(
            "the schedule of \(workflow) as wanted",
            { try await reader.fold(ScheduleDecider(), stream)?.state },
            until: isAsWanted
        )
    }
}
