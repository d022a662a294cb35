import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time
import Workflows

@Suite("Previews of baselines", .serialized, .timeLimit(.minutes(10)))
struct PreviewTests {
    @Test("Imported advisories are judged by a folder's baseline and by the present one")
    func preview() async throws {
        try await withControlPlane { controlPlane in
            let feed = AdvisoryImportTests.feed(
                AdvisoryImportTests.update("A-1", severity: "critical"),
                AdvisoryImportTests.update("A-2", severity: "low")
            )
            _ = try await AdvisoryImportTests.importing(feed, controlPlane)
            var baseline = try #require(try ShippedPolicy.read().policy.baselines.first)
            let alone = try await controlPlane.services.policy.preview(PreviewBaseline(baseline: baseline, days: 400))
            #expect(alone.items.map(\.advisory) == ["A-1", "A-2"])
            #expect(alone.items.map(\.packages) == [["openssl-libs"], ["openssl-libs"]])
            #expect(
                alone.items.map(\.becomes) == ["approved at CRITICAL by rule 1", "not approved, for no rule matches"]
            )
            #expect(alone.items.map(\.was) == [nil, nil])

            try await controlPlane.applyPolicy()
            baseline.rules[1].filters[1] = PatchFilter(.severity, ["Important", "Low"])
            let beside = try await controlPlane.services.policy.preview(PreviewBaseline(baseline: baseline, days: 400))
            #expect(beside.items.map(\.isChanged) == [false, true])
            #expect(beside.items[1].was == "not approved, for no rule matches")
            #expect(beside.items[1].becomes == "approved at HIGH by rule 2")
            let recent = try await controlPlane.services.policy.preview(PreviewBaseline(baseline: baseline, days: 1))
            #expect(recent.items == [])

            baseline.system = nil
            let vague = try await problem {
                _ = try await controlPlane.services.policy.preview(PreviewBaseline(baseline: baseline, days: 90))
            }
            #expect(vague.code == "baseline-without-system")
        }
    }
}
