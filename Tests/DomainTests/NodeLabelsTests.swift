import Domain
import Testing

@Suite("A node's labels")
struct NodeLabelsTests {
    private func enrolled(_ labels: NodeLabels? = nil, in group: String = "Debian12-early") throws -> Stream<Node> {
        var enrolment = enrolment(key: "k1")
        (enrolment.labels, enrolment.patchGroup) = (labels, group)
        var stream = Stream<Node>()
        try stream.send(.enrol(enrolment), at: seconds(0))
        return stream
    }

    @Test("Tags are added, changed and removed; the others stay, and so do name and role")
    func tags() throws {
        var stream = try enrolled(NodeLabels(name: "shop", role: "r", tags: ["Owner": "a", "Stage": "b"]))
        let change = NodeLabelChange(tags: ["Owner": "c", "New": ""], removedTags: ["Stage", "Nothing"])
        try stream.send(.label(change), at: seconds(1))
        let expected = ["Owner": "c", "New": "", "Patch Group": "Debian12-early"]
        #expect(stream.state.enrolment?.labels == NodeLabels(name: "shop", role: "r", tags: expected))
        #expect(stream.state.enrolment?.patchGroup == "Debian12-early")
        #expect(try stream.send(.label(change), at: seconds(2)).events == [])
        try stream.send(.label(NodeLabelChange(role: "s")), at: seconds(3))
        #expect(stream.state.enrolment?.labels == NodeLabels(name: "shop", role: "s", tags: expected))
        try stream.checkFold("")
    }

    @Test(
        "The tag of the patch group moves the node, under either name, and without it the node is in the group default"
    )
    func moves() throws {
        var stream = try enrolled()
        #expect(stream.state.enrolment?.shownLabels.tags == ["Patch Group": "Debian12-early"])
        for (change, group, tags) in [
            (NodeLabelChange(tags: ["PatchGroup": "g-main"]), "g-main", ["PatchGroup": "g-main"]),
            (NodeLabelChange(tags: ["Patch Group": "g-late"]), "g-late", ["Patch Group": "g-late"]),
            (NodeLabelChange(removedTags: ["PatchGroup"]), "g-late", ["Patch Group": "g-late"]),
            (NodeLabelChange(removedTags: ["Patch Group"]), "default", [:]),
            (
                NodeLabelChange(tags: ["Patch Group": "g-a", "PatchGroup": "g-a"]), "g-a",
                ["Patch Group": "g-a", "PatchGroup": "g-a"]
            ),
        ] {
            try stream.send(.label(change), at: seconds(1))
            #expect(stream.state.enrolment?.patchGroup == group)
            #expect(stream.state.enrolment?.shownLabels.tags == tags)
        }
        try stream.checkFold("")
    }

    @Test("A group that can be none, two groups, too many tags and a node that is not there are refused")
    func refusals() throws {
        var stream = try enrolled()
        let long = String(repeating: "g", count: RolloutName.maximumPatchGroup + 1)
        for group in ["", "with blank", "ümlaut", long] {
            #expect(throws: NodeRefusal.unfitPatchGroup(group)) {
                try stream.send(.label(NodeLabelChange(tags: ["PatchGroup": group])), at: seconds(1))
            }
        }
        #expect(throws: NodeRefusal.twoPatchGroups("a", "b")) {
            let change = NodeLabelChange(tags: ["Patch Group": "a", "PatchGroup": "b"])
            try stream.send(.label(change), at: seconds(1))
        }
        // With that of the patch group there are as many as may be, and then one more.
        let tags = Dictionary((1..<NodeLabels.mostTags).map { ("k\($0)", "v") }) { $1 }
        try stream.send(.label(NodeLabelChange(tags: tags)), at: seconds(1))
        #expect(throws: NodeRefusal.tooManyTags(node: "mi-1")) {
            try stream.send(.label(NodeLabelChange(tags: ["k0": "v"])), at: seconds(1))
        }
        try stream.send(.revoke(reason: "gone"), at: seconds(2))
        #expect(throws: NodeRefusal.notEnrolled) { try stream.send(.label(NodeLabelChange(role: "r")), at: seconds(3)) }
    }

    @Test("An activation labels the nodes that it enrols")
    func activation() throws {
        let labels = NodeLabels(name: "shop", role: "r", tags: ["Owner": "a"])
        let terms = ActivationTerms(
            activation: "a1",
            codeHash: "hash",
            maxUses: 1,
            expires: seconds(10),
            site: "London",
            patchGroup: "default",
            labels: labels
        )
        var stream = Stream<Activation>()
        try stream.send(.create(terms), at: seconds(0))
        let request = ActivationRequest(codeHash: "hash", publicKey: "k", node: "mi-k", facts: enrollingFacts)
        let (_, effects) = try stream.send(.use(request), at: seconds(1))
        guard case .tell("mi-k", .enrol(let enrolment)) = effects.first else {
            Issue.record("no enrolment: \(effects)")
            return
        }
        #expect(enrolment.labels == labels && enrolment.shownLabels.tags == ["Owner": "a"])
    }
}
