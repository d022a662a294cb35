import Domain
import ReadModels
import Testing

@testable import SSMAPI

@Suite("Patch groups and baselines by id") struct PatchGroupsTests {
    private func baseline(_ name: String, _ groups: [String], id: String? = nil) -> Baseline {
        Baseline(id: id, name: name, system: .ubuntu, patchGroups: groups, rules: [])
    }

    @Test("Patterns stand for the groups that the policy names and that nodes are in")
    func patterns() {
        let policy = Policy(
            groups: ["Ubuntu22-late"],
            baselines: [baseline("one", ["Ubuntu22-*"]), baseline("two", ["web"])]
        )
        let groups = PatchGroups(policy, fleet: Self.fleet, within: .unlimited)
        #expect(groups.groups(of: policy.baselines[0]) == ["Ubuntu22-early", "Ubuntu22-late"])
        let pairs = groups.mappings.map { "\($0.group) \($0.baseline.name)" }
        #expect(pairs == ["Ubuntu22-early one", "Ubuntu22-late one", "web two"])
    }

    @Test("A key with a scope sees the groups that it may see nodes of")
    func scope() {
        let policy = Policy(
            groups: ["Ubuntu22-late", "Debian12-late"],
            baselines: [baseline("one", ["Ubuntu22-*", "Debian12-*"]), baseline("two", ["web-late"])]
        )
        func seen(_ scope: AccessScope) -> [String] {
            PatchGroups(policy, fleet: Self.fleet, within: scope).mappings.map(\.group)
        }
        #expect(seen(AccessScope(rings: ["late"])) == ["Debian12-late", "Ubuntu22-late", "web-late"])
        #expect(seen(AccessScope(patchGroups: ["Debian12-early"])) == ["Debian12-early"])
        #expect(seen(AccessScope(sites: ["Paris"])) == ["Debian12-early"], "a name in the policy is of no site")
        #expect(seen(AccessScope(sites: ["Paris"], rings: ["late"])) == [])
        #expect(seen(.unlimited).count == 5)
    }

    private static let fleet = [
        FleetGroup(site: "London", patchGroup: "Ubuntu22-early", nodes: 2),
        FleetGroup(site: "Paris", patchGroup: "Debian12-early", nodes: 1),
    ]

    @Test("A baseline is found by its id, by one of its name where it has none, and by an ARN")
    func references() throws {
        let (named, made) = (baseline("named", []), baseline("made", [], id: "pb-0123456789abcdef0"))
        let directory = BaselineDirectory(Policy(baselines: [named, made]))
        #expect(directory.find("pb-0123456789abcdef0") == made)
        let id = BaselineDirectory.id(of: named)
        #expect(id.wholeMatch(of: #/pb-[0-9a-f]{17}/#) != nil)
        #expect(directory.find(id) == named)
        #expect(directory.find("arn:aws:ssm:eu-west-1:123456789012:patchbaseline/\(id)") == named)
        #expect(directory.find("pb-00000000000000000") == nil)
        #expect(directory.find("pb-09ca3fb51f0412ec3") == nil, "AWS's own go by their ARNs")
        let arn = "arn:aws:ssm:eu-west-1:075727635805:patchbaseline/pb-09ca3fb51f0412ec3"
        #expect(directory.find(arn)?.name == "AWS-DefaultPatchBaseline")
        for wrong in ["baseline", "arn:aws:ssm:eu-west-1:1:document/pb-09ca3fb51f0412ec3", "pb-0/pb-0"] {
            #expect(directory.find(wrong) == nil)
            #expect(throws: SSMError.self, "\(wrong)") { try directory.required(wrong) }
        }
    }

    @Test("Each of SSM's own has an id")
    func predefined() throws {
        let directory = BaselineDirectory(Policy())
        for baseline in Baseline.predefined {
            let arn = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/"
            let id = try #require(BaselineDirectory.predefinedIDs[baseline.name], "\(baseline.name)")
            #expect(directory.find(arn + id)?.name == baseline.name)
        }
        #expect(BaselineDirectory.predefinedIDs.count == Baseline.predefined.count)
    }

    @Test("What is rejected for a reason keeps it while it is rejected, and rules keep what SSM has no word for")
    func kept() throws {
        var baseline = Baseline(
            name: "web",
            system: .ubuntu,
            patchGroups: [],
            rules: [.init(filters: [PatchFilter(.priority, ["*"])], delay: .days(3), delayFrom: .firstSeen)],
            rejected: ["a"],
            rejections: [PatchRejection(entry: "b", reason: "breaks", owner: "ana", expires: nil)]
        )
        let before = baseline
        var input = BaselineInput()
        input.rejectedPatches = ["b", "c"]
        input.approvalRules = RuleGroup(baseline.rules)
        try input.update(&baseline)
        #expect(baseline.rejected == ["c"] && baseline.rejections == before.rejections)
        #expect(baseline.rules == before.rules)
        input.rejectedPatches = ["c"]
        input.approvalRules?.patchRules[0].approveAfterDays = 4
        try input.update(&baseline)
        #expect(baseline.rejections.isEmpty && baseline.rules[0].delayFrom == nil)
    }
}
