import Domain
import Foundation
import Testing

private let openssl = Patch(name: "openssl", architecture: "amd64", version: "3.0.17-1~deb12u2")
private let bash = Patch(name: "bash", architecture: "amd64", version: "5.2")

@Suite("A plan")
struct PlanTests {
    @Test("Equal hosts share a patch set, in whatever order their patches come")
    func shares() {
        let plan = Plan(selections: [
            "mi-2": PatchSet(patches: [openssl, bash]), "mi-1": PatchSet(patches: [bash, openssl, bash]),
            "mi-3": PatchSet(patches: []),
        ])
        #expect(plan.patchSets.map(\.patches) == [[], [bash, openssl]])
        #expect(plan.assignments.map(\.node) == ["mi-1", "mi-2", "mi-3"])
        #expect(plan.assignments.map(\.set) == [1, 1, 0])
        #expect(plan.setIndex(of: "mi-2") == 1)
        #expect(plan.setIndex(of: "mi-3") == 0)
        #expect(plan.setIndex(of: "mi-22") == nil)
        let summary = plan.summary(digest: "d", unscannedCount: 4, withoutBaselineCount: 1)
        #expect(
            summary == PlanSummary(digest: "d", patchCount: 2, nodeCount: 3, unscannedCount: 4, withoutBaselineCount: 1)
        )
    }

    @Test("Its bytes are fixed for ever")
    func golden() {
        let plan = Plan(selections: [
            "mi-1": PatchSet(patches: [openssl], newcomers: [bash]), "mi-2": PatchSet(patches: []),
        ])
        let text = String(decoding: plan.canonicalBytes, as: UTF8.self)
        #expect(
            text == #"{"assignments":[{"node":"mi-1","set":1},{"node":"mi-2","set":0}],"#
                + #""patchSets":[{"newcomers":[],"patches":[]},"#
                + #"{"newcomers":[{"architecture":"amd64","name":"bash","version":"5.2"}],"#
                + #""patches":[{"architecture":"amd64","name":"openssl","version":"3.0.17-1~deb12u2"}]}]}"#
        )
    }

    @Test("Its bytes are JSON that reads back as the plan, and as an encoder with sorted keys writes it")
    func json() throws {
        let odd = Patch(name: "a\"b\\c\u{1}\n", architecture: "ü", version: "1")
        let plan = Plan(selections: ["mi-1": PatchSet(patches: [openssl, odd]), "mi-2": PatchSet(patches: [bash])])
        let data = Data(plan.canonicalBytes)
        #expect(try JSONDecoder().decode(Plan.self, from: data) == plan)
        let simple = Plan(selections: [
            "mi-1": PatchSet(patches: [openssl], newcomers: [bash]), "mi-2": PatchSet(patches: [bash]),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(try Array(encoder.encode(simple)) == simple.canonicalBytes)
    }
}
