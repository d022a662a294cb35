import Domain
import Foundation
import Testing
import Time

/// ssm-semantics §1.
@Suite("Baselines of a company")
struct BaselineCatalogueTests {
    private func baseline(_ name: String, _ system: OperatingSystem?, groups: [String]) -> Baseline {
        Baseline(name: name, system: system, patchGroups: groups, rules: [])
    }

    @Test("A node gets its group's baseline for its system, else the system's default, else the predefined one")
    func resolution() throws {
        var catalogue = BaselineCatalogue()
        try catalogue.add(baseline("servers", .ubuntu, groups: ["prod"]))
        try catalogue.add(baseline("servers-al", .amazonLinux2023, groups: ["prod"]))
        try catalogue.add(baseline("fallback", .ubuntu, groups: []))
        let name = { (system: OperatingSystem, group: String?) in
            catalogue.baseline(for: system, patchGroup: group).name
        }
        #expect(name(.ubuntu, "prod") == "servers")
        #expect(name(.amazonLinux2023, "prod") == "servers-al")
        #expect(name(.ubuntu, "test") == "AWS-UbuntuDefaultPatchBaseline")
        #expect(name(.windows, nil) == "AWS-DefaultPatchBaseline")
        let made = (catalogue.makeDefault("fallback"), catalogue.makeDefault("nobody"))
        #expect(made == (true, false))
        #expect(catalogue.baseline(for: .ubuntu, patchGroup: nil).name == "fallback")
        #expect(catalogue.baseline(for: .ubuntu, patchGroup: "test").name == "fallback")
    }

    @Test("A group has one baseline for each system, and a name is given once")
    func conflicts() throws {
        var catalogue = BaselineCatalogue()
        try catalogue.add(baseline("one", .ubuntu, groups: ["prod-*"]))
        try catalogue.add(baseline("elsewhere", .debian, groups: ["prod-early"]))
        #expect(throws: BaselineConflict(name: "two", other: "one", group: "prod-early")) {
            try catalogue.add(baseline("two", .ubuntu, groups: ["test", "prod-early"]))
        }
        #expect(throws: BaselineConflict(name: "two", other: "one", group: "prod-late")) {
            try catalogue.add(baseline("two", nil, groups: ["prod-late"]))
        }
        #expect(throws: BaselineConflict(name: "one", other: "one", group: nil)) {
            try catalogue.add(baseline("one", .suse, groups: []))
        }
        #expect(catalogue.baselines.map(\.name) == ["one", "elsewhere"])
    }

    @Test(
        "The predefined baselines are such as SSM would take, and have its names",
        arguments: OperatingSystem.allCases
    )
    func predefined(system: OperatingSystem) throws {
        let baseline = Baseline.predefined(for: system)
        #expect(baseline.problems == [])
        #expect(baseline.name.wholeMatch(of: /AWS-[0-9A-Za-z]+PatchBaseline/) != nil)
        #expect(baseline.rules.allSatisfy { $0.delay == .days(7) && $0.level == .unspecified })
        #expect(try JSONDecoder().decode(Baseline.self, from: JSONEncoder().encode(baseline)) == baseline)
    }

    @Test("Bounds are SSM's, and each problem says where it is")
    func problems() {
        var baseline = Baseline(name: "x!", system: .ubuntu, patchGroups: [], rules: [])
        baseline.rules = [
            .init(filters: [PatchFilter(.severity, [])], delay: .days(361)),
            .init(filters: Array(repeating: PatchFilter(.priority, ["*"]), count: 5)),
        ]
        baseline.approved = Array(repeating: "a", count: 51)
        baseline.rejected = [String(repeating: "a", count: 101)]
        baseline.sources = [PatchSource(name: "my", products: ["*"], configuration: "deb")]
        #expect(
            baseline.problems.map(\.field) == [
                "name", "name", "rules[0].filters.SEVERITY", "rules[0].filters.SEVERITY", "rules[0].delay",
                "rules[1].filters", "approved", "rejected", "sources.my.name",
            ]
        )
        #expect("\(baseline.problems[4])" == "rules[0].delay: 361 days; 0 to 360 are allowed")
    }

    @Test("What stands in logs from before there were filters means what it meant")
    func oldForm() throws {
        let text = #"""
            {"approved":["curl"],"approvedLevel":"LOW","name":"b","patchGroups":["*"],"rejected":["telnetd"],"rules":[
            {"classifications":["Security"],"level":"HIGH","priorities":["important"],"sections":[]}]}
            """#
        let rule = Baseline.ApprovalRule(
            filters: [PatchFilter(.classification, ["Security"]), PatchFilter(.priority, ["important"])],
            level: .high,
            includesNonSecurity: true
        )
        let baseline = Baseline(
            name: "b",
            patchGroups: ["*"],
            rules: [rule],
            approved: ["curl"],
            approvedLevel: .low,
            approvedIncludesNonSecurity: true,
            rejected: ["telnetd"]
        )
        #expect(try JSONDecoder().decode(Baseline.self, from: Data(text.utf8)) == baseline)
    }

    @Test("Hosts are known by what they say of themselves")
    func systems() {
        #expect(OperatingSystem(platform: "amzn", version: "2023") == .amazonLinux2023)
        #expect(OperatingSystem(platform: "amzn", version: "2018.03") == .amazonLinux)
        #expect(OperatingSystem(platform: "Windows", version: "Server2022") == .windows)
        #expect(OperatingSystem(platform: "plan9", version: "4") == nil)
        #expect(OperatingSystem.ubuntu.product(version: "22.04") == "Ubuntu22.04")
        #expect(OperatingSystem.windows.product(version: "Server2022") == "WindowsServer2022")
    }

    @Test("A day is written as ISO 8601 has it, and read only so")
    func days() {
        #expect("\(CivilDate(year: 2026, month: 6, day: 1))" == "2026-06-01")
        #expect(CivilDate("2024-02-29") == CivilDate(year: 2024, month: 2, day: 29))
        for text in ["2026-02-29", "2026-13-01", "2026-6-1", "2026-06-01T00", "", "+026-06-01", "2026-00-10"] {
            #expect(CivilDate(text) == nil, "\(text)")
        }
    }
}
