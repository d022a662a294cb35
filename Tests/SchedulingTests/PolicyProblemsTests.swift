import Domain
import Foundation
import Scheduling
import Testing
import Time

@Suite("What keeps a policy from being applied")
struct PolicyProblemsTests {
    private let sound = Policy(
        sites: [PolicySite(name: "London", zone: "Europe/London")],
        groups: ["AL2023-early"],
        baselines: [Baseline(name: "one", system: .ubuntu, patchGroups: ["AL2023-early"], rules: [])],
        defaults: ["one"],
        windows: [PolicyWindow(name: "early", rule: Self.rule())],
        freezes: [PolicyFreeze(name: "f", reason: "r", from: "2026-12-20", until: "2026-12-21", sites: ["London"])]
    )

    private static func rule(
        _ expression: String = "cron(0 2 ? * TUE *)",
        cutoff: Int = 60,
        offset: Int? = nil,
        stagger: [String]? = nil
    ) -> WindowRule {
        WindowRule(
            opens: .schedule(expression),
            zone: .site,
            durationSeconds: 3_600,
            cutoffSeconds: cutoff,
            offsetDays: offset,
            stagger: stagger
        )
    }

    private func problems(_ change: (inout Policy) -> Void) -> [String] {
        var policy = sound
        change(&policy)
        return policy.problems.map(\.description)
    }

    @Test("A sound one has none")
    func none() { #expect(sound.problems == []) }

    @Test("Names that occur twice, and what is named and is not there")
    func names() {
        #expect(
            problems { $0.sites.append(PolicySite(name: "London", zone: "UTC")) }
                == ["sites[1]: `London` occurs twice: expected different names"]
        )
        #expect(
            problems { $0.baselines[0].patchGroups.append("AL2032-*") }
                == ["baselines[0]: `groups` has no patch group `AL2032-*`"]
        )
        #expect(problems { $0.freezes[0].sites = ["Paris"] } == ["freezes[0]: `sites` has no site `Paris`"])
        #expect(
            problems { $0.defaults = ["two"] }
                == ["defaults[0]: `two` cannot be a default: there is no baseline of that name"]
        )
        #expect(
            problems { $0.defaults.append("AWS-UbuntuDefaultPatchBaseline") }
                == ["defaults[1]: UBUNTU has two defaults, one and AWS-UbuntuDefaultPatchBaseline: leave one out"]
        )
        #expect(
            problems { $0.baselines.append(Baseline(name: "two", system: .ubuntu, patchGroups: ["*"], rules: [])) }
                == [
                    "baselines[1]: patch group * is served by baseline one already; take it from one of the two before two "
                        + "gets it"
                ]
        )
        #expect(problems { $0.groups.append("a b") }.first?.hasPrefix("groups[1]: found the name `a b`") == true)
    }

    @Test("Times that nobody can keep")
    func times() {
        #expect(
            problems { $0.sites[0].zone = "London" }.first?.hasPrefix("sites[0]: unknown time zone `London`") == true
        )
        #expect(
            problems { $0.sites[0].businessHours = [.init(day: "MO", from: "09:00", until: "10:00")] }.first?
                .hasPrefix("sites[0]: unknown day `MO`") == true
        )
        #expect(problems { $0.windows[0].rule = Self.rule("cron(0 25 ? * TUE *)") }.count == 1)
        #expect(problems { $0.windows[0].rule = Self.rule(cutoff: 3_600) }.count == 1)
        for seconds in [Int.min, -5, 0, 59, 86_401, 9_999_999_999_999_999, .max] {
            #expect(problems { $0.windows[0].rule.durationSeconds = seconds }.count == 1)
        }
        #expect(!problems { $0.windows[0].rule.offsetDays = .max }.isEmpty)
        #expect(problems { $0.windows[0].rule = Self.rule("rate(7 days)", offset: 1) }.count == 1)
        #expect(
            problems { $0.windows[0].rule = Self.rule(offset: 6, stagger: ["AL2023", "Ubuntu22"]) }
                .contains { $0.contains("more than 6 days late") }
        )
        #expect(
            problems { $0.windows[0].rule = Self.rule(stagger: ["AL2023", "AL2023"]) }
                == ["windows[0]: a kind of patch group has two turns: name each once"]
        )
        #expect(
            problems { $0.freezes[0].until = "2026-12-19" }.first?.hasPrefix("freezes[0]: the freeze `f` ends") == true
        )
        #expect(problems { $0.calendars = [PolicyCalendar(source: "x.ics", text: "no calendar")] }.count == 1)
    }

    @Test("Waivers for what is not there, and those that are none")
    func waivers() throws {
        func waiver(_ scope: Waiver.Scope, id: String = "W-1") throws -> Waiver {
            try Waiver(
                id: id,
                subject: .package("curl"),
                scope: scope,
                reason: "r",
                compensatingControl: "c",
                owner: "o",
                requestedBy: "ada",
                requestedAt: Timestamp(microseconds: 0),
                expiresAt: Timestamp(microseconds: 1)
            )
        }
        let good = [try waiver(.fleet), try waiver(.sites(["London"]), id: "W-2")]
        let found = [try waiver(.patchGroups(["AL2023-early"])), try waiver(.nodes(["mi-1"]), id: "W-2")]
        #expect(problems { $0.waivers = good } == [])
        #expect(problems { $0.waivers = found } == [])
        let wrong = [try waiver(.sites(["Paris"]), id: "a b"), try waiver(.patchGroups(["AL2023-*"]))]
        #expect(
            problems { $0.waivers = wrong } == [
                "waivers[0]: found the name `a b`: expected 1 to 60 letters of a to z, digits, hyphens, dots or underscores",
                "waivers[0]: `sites` has no site `Paris`", "waivers[1]: `groups` has no patch group `AL2023-*`",
            ]
        )
        #expect(
            problems { $0.waivers = [good[0], good[0]] }
                == ["waivers[1]: `W-1` occurs twice: expected different names"]
        )
        var sent = good[0]
        try sent.approve(by: "grace", at: Timestamp(microseconds: 0))
        let text = String(decoding: try JSONEncoder().encode(sent), as: UTF8.self).replacing("grace", with: "ada")
        let decoded = try JSONDecoder().decode(Waiver.self, from: Data(text.utf8))
        #expect(
            problems { $0.waivers = [decoded] }
                == ["waivers[0]: whoever requests a waiver cannot approve it; ask somebody else"]
        )
    }
}
