import Domain
import Testing
import Time

@Suite("A node's trust")
struct NodeTrustTests {
    private func pending(key: String, activation: String = "act-1") -> NodeEnrolment {
        var enrolment = enrolment(key: key)
        enrolment.activation = activation
        enrolment.requiresApproval = true
        return enrolment
    }

    @Test("Whom a person approved stays approved, and only who waits can be approved")
    func approves() throws {
        var stream = Stream<Node>()
        #expect(throws: NodeRefusal.notEnrolled) { try stream.send(.approve, at: seconds(0)) }
        try stream.send(.enrol(pending(key: "k1")), at: seconds(1))
        #expect(stream.state.isPending)
        #expect(try stream.send(.enrol(pending(key: "k1")), at: seconds(2)).events == [])
        #expect(try stream.send(.approve, at: seconds(3)).events.count == 1)
        #expect(!stream.state.isPending)
        #expect(try stream.send(.approve, at: seconds(4)).events == [])
        try stream.send(.enrol(pending(key: "k1", activation: "act-2")), at: seconds(5))
        #expect(!stream.state.isPending)
        try stream.checkFold("")
    }

    @Test("Who waits is trusted by an activation that asks for no approval")
    func trusts() throws {
        var stream = Stream<Node>()
        try stream.send(.enrol(pending(key: "k1")), at: seconds(1))
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(2))
        #expect(!stream.state.isPending)
        try stream.send(.revoke(reason: "lost"), at: seconds(3))
        #expect(throws: NodeRefusal.notEnrolled) { try stream.send(.approve, at: seconds(4)) }
        try stream.checkFold("")
    }

    @Test("A clash is told once")
    func clashes() throws {
        var stream = Stream<Node>()
        let clash = NodeClash(first: "a", second: "b")
        #expect(try stream.send(.clash(clash), at: seconds(0)).events == [])
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(1))
        #expect(try stream.send(.clash(clash), at: seconds(2)).events == [.cloned(clash, at: seconds(2))])
        #expect(try stream.send(.clash(NodeClash(first: "b", second: "c")), at: seconds(3)).events == [])
        #expect(stream.state.clash == clash)
        try stream.checkFold("")
    }

    @Test("An offered key becomes the node's when it is used, and no other does")
    func changesKey() throws {
        var stream = Stream<Node>()
        #expect(throws: NodeRefusal.notEnrolled) { try stream.send(.offerKey(publicKey: "k2"), at: seconds(0)) }
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(1))
        #expect(try stream.send(.offerKey(publicKey: "k1"), at: seconds(2)).events == [])
        #expect(try stream.send(.useKey(publicKey: "k2"), at: seconds(3)).events == [])
        let offered = NodeKey(publicKey: "k2", offeredAt: seconds(4))
        #expect(try stream.send(.offerKey(publicKey: "k2"), at: seconds(4)).events == [.keyOffered(offered)])
        #expect(try stream.send(.offerKey(publicKey: "k2"), at: seconds(5)).events == [])
        #expect(throws: NodeRefusal.keyTooSoon(node: "mi-1")) {
            try stream.send(.offerKey(publicKey: "k3"), at: seconds(3_603))
        }
        try stream.send(.offerKey(publicKey: "k3"), at: seconds(3_604))
        #expect(try stream.send(.useKey(publicKey: "k2"), at: seconds(3_605)).events == [])
        let changed = NodeEvent.keyChanged(publicKey: "k3", at: seconds(3_606))
        #expect(try stream.send(.useKey(publicKey: "k3"), at: seconds(3_606)).events == [changed])
        #expect(stream.state.enrolment?.publicKey == "k3")
        #expect(stream.state.nextKey == nil)
        #expect(throws: NodeRefusal.keyTooSoon(node: "mi-1"), "a used one counts, too") {
            try stream.send(.offerKey(publicKey: "k4"), at: seconds(3_607))
        }
        #expect(try stream.send(.offerKey(publicKey: "k4"), at: seconds(7_204)).events.count == 1)
        try stream.checkFold("")
    }

    @Test("What a stock agent says of its host is told when it changes, some times an hour, and keeps all else")
    func descriptions() throws {
        var stream = Stream<Node>()
        let enrolment = enrolment(key: "k1")
        var facts = enrolment.facts
        try stream.send(.describe(facts), at: seconds(0))
        #expect(stream.state.enrolment == nil)
        try stream.send(.enrol(enrolment), at: seconds(1))
        #expect(try stream.send(.describe(facts), at: seconds(2)).events == [])
        for number in 1...Node.descriptionsPerHour {
            facts.agentVersion = "3.\(number)"
            #expect(try stream.send(.describe(facts), at: seconds(3)).events == [.described(facts, at: seconds(3))])
        }
        #expect(stream.state.enrolment?.facts == facts)
        #expect(stream.state.enrolledAt == seconds(1))
        facts.agentVersion = "4"
        #expect(try stream.send(.describe(facts), at: seconds(4)).events == [])
        #expect(try stream.send(.describe(facts), at: seconds(3_600)).events.count == 1)
        try stream.checkFold("")
    }
}
