import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

@Suite("What others say of nodes' compliance", .timeLimit(.minutes(10)))
struct CustomComplianceTests {
    @Test("Parts that are reported of a node at the same time are all kept")
    func parts() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let node = try #require(fleet.agents.first?.node)
            let store = controlPlane.questions.customCompliance
            let ids = (1...16).map { "item-\($0)" }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for id in ids {
                    let item = CustomCompliance.Item(id: id, title: nil, level: .high, isCompliant: false)
                    let part = CustomCompliance(type: "Custom:CIS", executedAt: controlPlane.clock.now, items: [item])
                    group.addTask { try await store.put(part, isPart: true, of: node) }
                }
                for try await isKept in group { #expect(isKept) }
            }
            let kept = try await store.items(ofNode: node, type: "Custom:CIS")
            #expect(Set(kept.flatMap(\.items).compactMap(\.id)) == Set(ids))
            #expect(try await store.counts(of: [node])[node]?.first?.nonCompliant == ["HIGH": 16])
        }
    }
}
