import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

@Suite("Nodes that are moved by their tags", .timeLimit(.minutes(10)))
struct NodeLabelTests {
    @Test("Stages select a node by the group that its tag says, and lists and patch groups show it there")
    func moves() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let node = try #require(fleet.agents.first?.node)
            let services = controlPlane.services
            let change = NodeLabelChange(role: "r", tags: ["Patch Group": "Debian12-late", "Owner": "shop"])
            try await services.nodes.label(node, change, by: "ana", key: "k")
            // The same request again is decided once.
            try await services.nodes.label(node, change, by: "ana", key: "k")
            for (group, expected) in [("Debian12-early", []), ("Debian12-late", [node])] {
                let selector = TargetSelector(patchGroups: [group])
                let targets = try await controlPlane.questions.activeNodes(selector, installs: true)
                #expect(targets.map(\.id) == expected, "\(group)")
            }
            for (tags, expected) in [
                ([TagMatch(keys: ["Owner"], values: ["shop", "bank"]), TagMatch(keys: ["Patch Group"])], [node]),
                ([TagMatch(keys: ["Owner"], values: ["Shop"])], []),
            ] {
                let selector = TargetSelector(tags: tags)
                let targets = try await controlPlane.questions.activeNodes(selector, installs: true)
                #expect(targets.map(\.id) == expected, "\(tags)")
            }
            let view = try await controlPlane.questions.node(node)
            #expect(
                view.patchGroup == "Debian12-late" && view.tags == ["Patch Group": "Debian12-late", "Owner": "shop"]
            )
            #expect(view.labels?.role == "r" && view.activation?.hasPrefix("act-") == true)
            #expect(try await controlPlane.questions.fleetGroups().map(\.patchGroup) == ["Debian12-late"])
            let refusal = await #expect(throws: (any Error).self) {
                let wrong = NodeLabelChange(tags: ["PatchGroup": "no blanks"])
                try await services.nodes.label(node, wrong, by: "ana", key: nil)
            }
            #expect("\(String(describing: refusal))".contains("node-patch-group-unfit"))
            await #expect(throws: (any Error).self) {
                try await services.nodes.label("mi-0", NodeLabelChange(role: "r"), by: "ana", key: nil)
            }
        }
    }
}
