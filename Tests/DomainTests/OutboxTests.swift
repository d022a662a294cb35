import Domain
import Testing
import Time

@Suite("Outboxes")
struct OutboxTests {
    private static let tickets = Recipient(destination: "tickets", channel: .webhook)
    private static let hub = Recipient(destination: "hub", channel: .securityHub)

    @Test("open a ticket, escalate it when a finding is overdue, and close it, each once")
    func life() throws {
        var outbox = Stream<Outbox>()
        #expect(try outbox.observe(.sample(), at: 1) == [])
        #expect(try outbox.observe(.sample(missing: 2), at: 2) == ["tickets node.opened"])
        #expect(try outbox.observe(.sample(missing: 2), at: 3) == [])
        #expect(try outbox.deliver("tickets", at: 4) == [])
        #expect(try outbox.observe(.sample(missing: 1), at: 5) == [], "a webhook is not told of every change")
        #expect(try outbox.observe(.sample(missing: 1, overdue: ["DSA-1"]), at: 6) == ["tickets node.escalated"])
        #expect(try outbox.deliver("tickets", at: 7) == [])
        #expect(try outbox.observe(.sample(), at: 8) == ["tickets node.closed"])
        #expect(try outbox.deliver("tickets", at: 9) == [])
        #expect(try outbox.observe(.sample(), at: 10) == [])
        #expect(outbox.state.mailings.first?.told?.since == seconds(2))
    }

    @Test("tell Security Hub of every change, and of none when only the time of the scan is another")
    func changes() throws {
        var outbox = Stream<Outbox>()
        #expect(try outbox.observe(.sample(missing: 2), [Self.hub], at: 1) == ["hub node.opened"])
        try outbox.deliver("hub", at: 2)
        #expect(try outbox.observe(.sample(missing: 1), [Self.hub], at: 3) == ["hub node.changed"])
        try outbox.deliver("hub", at: 4)
        #expect(try outbox.observe(.sample(missing: 1, scannedAt: 99), [Self.hub], at: 5) == [])
    }

    @Test("name the sites that a destination may still have a node open at, until it took a notice of another")
    func moved() throws {
        func at(_ site: String, missing: Int = 1) -> NodeStanding {
            var standing = NodeStanding.sample(missing: missing)
            standing.site = site
            return standing
        }
        var outbox = Stream<Outbox>()
        try outbox.observe(at("London"), [Self.hub], at: 1)
        #expect(outbox.sending("hub")?.leaving == nil)
        try outbox.deliver("hub", at: 2)
        #expect(try outbox.observe(at("Paris"), [Self.hub], at: 3) == ["hub node.changed"])
        #expect(outbox.sending("hub")?.leaving == ["London"])
        try outbox.giveUp("hub", at: 4)
        try outbox.observe(at("Rome"), [Self.hub], at: 5)
        #expect(outbox.sending("hub")?.leaving == ["London", "Paris"], "it may have taken what was given up")
        try outbox.deliver("hub", at: 6)
        try outbox.observe(at("Rome", missing: 0), [Self.hub], at: 7)
        #expect(outbox.sending("hub")?.leaving == nil)
        try outbox.deliver("hub", at: 8)
        try outbox.observe(at("Paris"), [Self.hub], at: 9)
        #expect(outbox.sending("hub")?.leaving == nil, "nothing of it is open in Rome")
    }

    @Test("are not moved by UNKNOWN, which proves nothing, but by what is overdue and by a node that is gone")
    func unknown() throws {
        var outbox = Stream<Outbox>()
        try outbox.observe(.sample(missing: 2), at: 1)
        try outbox.deliver("tickets", at: 2)
        #expect(try outbox.observe(.sample(.unknown), at: 3) == [])
        let overdue = try outbox.observe(.sample(.unknown, overdue: ["DSA-1"]), at: 4)
        #expect(overdue == ["tickets node.escalated"])
        try outbox.deliver("tickets", at: 5)
        var gone = NodeStanding.sample(.unknown)
        gone.isGone = true
        #expect(try outbox.observe(gone, at: 6) == ["tickets node.closed"])
        var fresh = Stream<Outbox>()
        #expect(try fresh.observe(.sample(.unknown), at: 1) == [])
        #expect(fresh.events.isEmpty)
    }

    @Test("tell one that was away how things are, not how they were")
    func away() throws {
        var outbox = Stream<Outbox>()
        try outbox.observe(.sample(missing: 1), at: 1)
        #expect(try outbox.observe(.sample(), at: 2) == [])
        #expect(try outbox.observe(.sample(missing: 3), at: 3) == [])
        #expect(try outbox.observe(.sample(), at: 4) == [])
        #expect(try outbox.deliver("tickets", at: 5) == ["tickets node.closed"])
    }

    @Test("keep what was given up until a person sends it again, under the number that it had")
    func failure() throws {
        var outbox = Stream<Outbox>()
        try outbox.observe(.sample(missing: 1), at: 1)
        let number = try #require(outbox.sending("tickets")).number
        let failed = OutboxMessage.failed(destination: "tickets", number: number, error: "status 400")
        #expect(try outbox.send(failed, at: seconds(2)).effects.isEmpty)
        #expect(outbox.state.mailings.first?.failure?.error == "status 400")
        #expect(try outbox.observe(.sample(missing: 1), at: 3) == [])
        let again = try outbox.send(.resend(destination: "tickets"), at: seconds(4)).effects
        #expect(again.map(\.notice.number) == [number])
        #expect(outbox.state.mailings.first?.failure == nil)
        #expect(throws: OutboxRefusal.notFailed(destination: "tickets")) {
            try outbox.send(.resend(destination: "tickets"), at: seconds(5))
        }
    }

    @Test("close what was given up, for it may have come there, and try what is new")
    func superseded() throws {
        var outbox = Stream<Outbox>()
        try outbox.observe(.sample(missing: 1), at: 1)
        try outbox.giveUp("tickets", at: 2)
        var other = outbox
        #expect(try other.observe(.sample(), at: 3) == ["tickets node.closed"])
        #expect(other.state.mailings.first?.failure == nil)
        #expect(try outbox.observe(.sample(missing: 2), at: 3) == ["tickets node.opened"])
        #expect(outbox.sending("tickets")?.number == 2)
    }

    @Test("tell a destination that comes later what is open, and one that has left nothing")
    func destinations() throws {
        var outbox = Stream<Outbox>()
        try outbox.observe(.sample(missing: 1), at: 1)
        let both = try outbox.observe(.sample(missing: 1), [Self.hub, Self.tickets], at: 2)
        #expect(both == ["hub node.opened"])
        try outbox.deliver("tickets", at: 3)
        #expect(try outbox.observe(.sample(missing: 1), [Self.hub], at: 4) == [])
        #expect(try outbox.observe(.sample(), [Self.hub], at: 5) == [])
        #expect(try outbox.deliver("hub", at: 6) == ["hub node.closed"])
    }

    @Test("ask for a decision once for each that is needed, and tell how a cycle ended")
    func cycle() throws {
        var outbox = Stream<Outbox>()
        func standing(_ need: String?, ended: Int? = nil) -> Standing {
            .cycle(
                CycleStanding(
                    workflow: "monthly",
                    state: ended == nil ? .running : .completed,
                    stage: "early",
                    need: need.map { CycleStanding.Need(id: $0, text: "it waits") },
                    endedAt: ended.map(seconds)
                )
            )
        }
        #expect(try outbox.tell(standing(nil), at: 1) == [])
        #expect(try outbox.tell(standing("gate/early"), at: 2) == ["tickets cycle.decision-needed"])
        try outbox.deliver("tickets", at: 3)
        #expect(try outbox.tell(standing(nil), at: 4) == [])
        #expect(try outbox.tell(standing("gate/main"), at: 5) == ["tickets cycle.decision-needed"])
        #expect(try outbox.tell(standing(nil, ended: 6), at: 6) == [])
        #expect(try outbox.deliver("tickets", at: 7) == ["tickets cycle.ended"])
        try outbox.deliver("tickets", at: 8)
        #expect(try outbox.tell(standing(nil, ended: 6), at: 9) == [])
    }

    @Test(
        "tell every destination in turn what it needs to know, whatever fails, comes late or twice",
        arguments: 1...300 as ClosedRange<UInt64>
    )
    func properties(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var outbox = Stream<Outbox>()
        var receivers = ["hub": TicketReceiver(), "tickets": TicketReceiver()]
        let all = [Self.hub, Self.tickets]
        for step in 1...Int.random(in: 1...120, using: &random) {
            let effects: [Delivery]
            let destination = random.chance(50) ? "hub" : "tickets"
            let number = outbox.sending(destination)?.number
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<55:
                let message = OutboxMessage.observe(.node(.random(&random)), recipients: all)
                effects = try outbox.send(message, at: seconds(step)).effects
            case 55..<80:
                if let notice = outbox.sending(destination) { receivers[destination]?.take(notice, "seed \(seed)") }
                effects = try outbox.deliver(destination, number ?? 0, at: step)
            case 80..<90:
                // Its answer alone may have been lost.
                let notice = random.chance(50) ? outbox.sending(destination) : nil
                receivers[destination]?.doubt(notice, "seed \(seed)")
                effects = try outbox.giveUp(destination, number ?? 0, at: step)
            case 90..<95: effects = try outbox.deliver(destination, Int.random(in: 0...3, using: &random) - 4, at: step)
            default:
                do throws(OutboxRefusal) {
                    effects = try outbox.send(.resend(destination: destination), at: seconds(step)).effects
                } catch { effects = [] }
            }
            for effect in effects {
                #expect(outbox.sending(effect.recipient.destination) == effect.notice, "seed \(seed)")
            }
        }
        try outbox.settle(&receivers, "seed \(seed)")
        guard case .node(let node) = outbox.state.standing else { return }
        for (name, receiver) in receivers {
            #expect(receiver.isOpen == node.isOpen, "seed \(seed): \(name)")
            let isKnown = receiver.overdue.map { $0 >= node.overdue.count } ?? true
            #expect(!node.isOpen || isKnown, "seed \(seed): \(name)")
        }
        try outbox.checkFold("seed \(seed)")
    }
}

extension NodeStanding {
    fileprivate static func sample(
        _ compliance: NodeCompliance.State? = nil,
        missing: Int = 0,
        overdue: Set<String> = [],
        scannedAt: Int = 0
    ) -> Self {
        let compliance = compliance ?? (missing > 0 ? .nonCompliant : .compliant)
        var standing = Self(name: "web-1", site: "London", patchGroup: "Debian12-early", compliance: compliance)
        standing.missingCount = missing
        standing.scannedAt = seconds(scannedAt)
        standing.overdue = OverdueFindings(
            Set(overdue.map { .init(advisory: $0, package: "openssl", severity: .high, dueAt: seconds(0)) })
        )
        return standing
    }

    fileprivate static func random(_ random: inout SplitMix64) -> Self {
        let overdue = Set((1...3).filter { _ in random.chance(15) }.map { "DSA-\($0)" })
        var standing = sample(
            random.chance(15) ? .unknown : nil,
            missing: max(0, Int.random(in: -2...2, using: &random)),
            overdue: overdue,
            scannedAt: Int.random(in: 0...9, using: &random)
        )
        standing.isGone = random.chance(3)
        return standing
    }
}

extension Stream<Outbox> {
    func sending(_ destination: String) -> Notice? {
        state.mailings.first { $0.recipient.destination == destination }?.sending
    }

    /// - Returns: what is sent for it, such as `tickets node.opened`.
    @discardableResult
    fileprivate mutating func observe(
        _ node: NodeStanding,
        _ recipients: [Recipient] = [Recipient(destination: "tickets", channel: .webhook)],
        at moment: Int
    ) throws -> [String] {
        try tell(.node(node), recipients, at: moment)
    }

    fileprivate mutating func tell(
        _ standing: Standing,
        _ recipients: [Recipient] = [Recipient(destination: "tickets", channel: .webhook)],
        at moment: Int
    ) throws -> [String] {
        Self.texts(try send(.observe(standing, recipients: recipients), at: seconds(moment)).effects)
    }

    @discardableResult
    fileprivate mutating func deliver(_ destination: String, at moment: Int) throws -> [String] {
        Self.texts(try deliver(destination, sending(destination)?.number ?? 0, at: moment))
    }

    fileprivate mutating func deliver(_ destination: String, _ number: Int, at moment: Int) throws -> [Delivery] {
        try send(.delivered(destination: destination, number: number, answer: "status 200"), at: seconds(moment))
            .effects
    }

    @discardableResult
    fileprivate mutating func giveUp(_ destination: String, _ number: Int? = nil, at moment: Int) throws -> [Delivery] {
        let number = number ?? sending(destination)?.number ?? 0
        return try send(.failed(destination: destination, number: number, error: "gone"), at: seconds(moment)).effects
    }

    /// Everybody takes what is on its way, and what was given up is sent again, until there is nothing more.
    fileprivate mutating func settle(_ receivers: inout [String: TicketReceiver], _ comment: Comment) throws {
        for step in 0..<20 {
            for mailing in state.mailings {
                let destination = mailing.recipient.destination
                if mailing.failure != nil { try send(.resend(destination: destination), at: seconds(1_000 + step)) }
                guard let notice = sending(destination) else { continue }
                receivers[destination]?.take(notice, comment)
                try deliver(destination, at: 1_000 + step)
            }
        }
        #expect(state.mailings.allSatisfy { $0.sending == nil && $0.failure == nil }, comment)
    }

    private static func texts(_ effects: [Delivery]) -> [String] {
        effects.map { "\($0.recipient.destination) \($0.notice.kind.rawValue)" }
    }
}
