import Domain
import Testing
import Time

@Suite("Reboot slots")
struct RebootSlotsTests {
    @Test("are given one at a time, in turn, and come back by a release")
    func turns() throws {
        var slots = try Self.slots()
        #expect(try slots.ask("a", at: 0) == ["reboot-slots.granted.v1"])
        #expect(try slots.ask("b", at: 1) == ["reboot-slots.queued.v1"])
        #expect(try slots.ask("c", at: 2) == ["reboot-slots.queued.v1"])
        try slots.send(.release(holder: "a", fence: 1), at: seconds(60))
        #expect(try slots.ask("c", at: 61).isEmpty, "b is before it")
        #expect(try slots.ask("b", at: 62) == ["reboot-slots.granted.v1"])
        #expect(slots.state.holders.map(\.name) == ["b"])
        #expect(slots.state.holders.map(\.fence) == [2])
    }

    @Test("asked for twice are one grant, whose lease is renewed when half of it is over")
    func twice() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        #expect(try slots.ask("a", at: 899).isEmpty)
        #expect(try slots.ask("a", at: 901) == ["reboot-slots.renewed.v1"])
        #expect(slots.state.holders.map(\.fence) == [1])
        #expect(slots.state.wakeAt == seconds(901 + 1_800))
    }

    @Test("whose lease has ended are free, and the holder is named")
    func expired() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        let events = try slots.send(.wake, at: seconds(1_800)).events
        #expect(events == [.expired(holder: "a", purpose: "order of a", fence: 1, at: seconds(1_800))])
        #expect(try slots.ask("b", at: 1_801) == ["reboot-slots.granted.v1"])
    }

    @Test("of a group that waits for its holder are overdue, and free when it is back or a person says so")
    func overdue() throws {
        var slots = try Self.slots(releaseWhen: .back)
        try slots.ask("a", at: 0)
        let events = try slots.send(.wake, at: seconds(1_800)).events
        #expect(events == [.overdue(holder: "a", purpose: "order of a", fence: 1, at: seconds(1_800))])
        #expect(slots.state.wakeAt == nil)
        #expect(try slots.ask("b", at: 1_900) == ["reboot-slots.queued.v1"])
        var freed = slots
        try freed.send(.free(holder: "a", reason: "rebuilt"), at: seconds(1_910))
        #expect(try freed.ask("b", at: 1_920) == ["reboot-slots.granted.v1"])
        try slots.send(.ended(holder: "a", order: "a later one", isBack: true), at: seconds(1_910))
        #expect(try slots.ask("b", at: 1_920) == ["reboot-slots.granted.v1"])
    }

    @Test("are not given back by a release of an older grant")
    func fenced() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        try slots.send(.wake, at: seconds(1_800))
        try slots.ask("a", at: 1_801)
        #expect(try slots.send(.release(holder: "a", fence: 1), at: seconds(1_802)).events.isEmpty)
        #expect(slots.state.holding("a")?.fence == 2)
    }

    @Test("stay with a host whose run ended otherwise than well; who waited leaves, and it is told who held them")
    func ended() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        try slots.ask("b", at: 1)
        #expect(try slots.send(.ended(holder: "a", order: "order of a", isBack: false), at: seconds(2)).events.isEmpty)
        let events = try slots.send(.ended(holder: "b", order: "order of b", isBack: true), at: seconds(3)).events
        #expect(events == [.left(holder: "b", purpose: "order of b", heldBy: ["a"], at: seconds(3))])
    }

    @Test("are not kept for one who asks no more")
    func patience() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        try slots.ask("b", at: 1)
        try slots.ask("c", at: 100)
        try slots.send(.release(holder: "a", fence: nil), at: seconds(150))
        #expect(try slots.ask("c", at: 179).isEmpty)
        #expect(try slots.ask("c", at: 182) == ["reboot-slots.granted.v1"])
    }

    @Test("are refused to everybody where no policy has them, and freed for holders alone")
    func refused() throws {
        var unknown = Stream<RebootSlots>()
        #expect(throws: RebootSlotsRefusal.unknownGroup) { try unknown.ask("a", at: 0) }
        #expect(try unknown.send(.wake, at: seconds(0)).events.isEmpty)
        var slots = try Self.slots()
        #expect(throws: RebootSlotsRefusal.notHeld(holder: "a", group: "db")) {
            try slots.send(.free(holder: "a", reason: "no"), at: seconds(0))
        }
    }

    @Test("have a queue that ends somewhere")
    func bounded() throws {
        var slots = try Self.slots()
        for number in 0...RebootSlots.maximumQueue { try slots.ask("h\(number)", at: 0) }
        #expect(slots.state.queue.count == RebootSlots.maximumQueue)
        #expect(try slots.ask("late", at: 1).isEmpty)
    }

    @Test("are given so often in an hour to a holder, and to those who prove nothing together; nobody else waits")
    func grantsPerHour() throws {
        let budgets = [("a", RebootSlots.grantsPerHour), ("fleetlock/", RebootSlots.fleetLockGrantsPerHour)]
        for (name, most) in budgets {
            var slots = try Self.slots()
            var events = 0
            for number in 0..<most + 20 {
                let holder = name == "a" ? name : "\(name)\(number)"
                events += try slots.ask(holder, at: number).count
                events += try slots.send(.release(holder: holder, fence: nil), at: seconds(number)).events.count
            }
            #expect(events == 2 * most)
            #expect(try slots.ask("b", at: 1_000) == ["reboot-slots.granted.v1"])
            try slots.send(.release(holder: "b", fence: nil), at: seconds(1_001))
            #expect(try slots.ask("\(name == "a" ? name : name + "1")", at: 3_600) == ["reboot-slots.granted.v1"])
            try slots.checkFold("\(name)")
        }
    }

    @Test("of a host that has another order by now are that order's alone")
    func anotherOrder() throws {
        var slots = try Self.slots()
        try slots.ask("a", at: 0)
        let again = RebootSlotsMessage.ask(holder: "a", purpose: "another", mayQueue: true)
        let events = try slots.send(again, at: seconds(10)).events
        #expect(events.map(\.type) == ["reboot-slots.released.v1", "reboot-slots.granted.v1"])
        #expect(try slots.send(.ended(holder: "a", order: "order of a", isBack: true), at: seconds(20)).events.isEmpty)
    }

    @Test(
        "are never held by more than there are, every grant ends once, and fences only grow, whatever happens",
        arguments: 1...200 as ClosedRange<UInt64>
    )
    func properties(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var slots = Stream<RebootSlots>()
        var (now, capacity) = (0, 1)
        for _ in 0..<Int.random(in: 1...300, using: &random) {
            now += Int.random(in: -3...(random.chance(5) ? 2_000 : 60), using: &random)
            let message = Self.message(&random)
            if case .configure(let group) = message { capacity = group.slots }
            let before = slots.state
            let fence = before.holders.map(\.fence).max() ?? 0
            do throws(RebootSlotsRefusal) {
                let events = try slots.send(message, at: seconds(now)).events
                let isGranted = events.contains { $0.type == "reboot-slots.granted.v1" }
                let grants = slots.state.holders.filter { !before.holders.map(\.fence).contains($0.fence) }
                #expect(grants.allSatisfy { $0.fence > fence }, "seed \(seed)")
                let isNew = isGranted && slots.state.holders.count > before.holders.count
                #expect(!isNew || slots.state.holders.count <= capacity, "seed \(seed)")
            } catch {
                #expect(slots.state == before, "seed \(seed)")
            }
            #expect(Set(slots.state.holders.map(\.name)).count == slots.state.holders.count, "seed \(seed)")
            #expect(slots.state.queue.count <= RebootSlots.maximumQueue, "seed \(seed)")
        }
        try Self.checkEnds(slots, seed)
        try slots.checkFold("seed \(seed)")
    }

    // MARK: - Steps

    /// Each fence is granted once and ends once, or is held.
    private static func checkEnds(_ slots: Stream<RebootSlots>, _ seed: UInt64) throws {
        var (granted, ended) = ([Int64](), [Int64]())
        for event in slots.events {
            switch event {
            case .granted(let holder, _): granted.append(holder.fence)
            case .released(_, _, let fence, _, _, _), .expired(_, _, let fence, _): ended.append(fence)
            case .configured, .queued, .left, .renewed, .overdue: break
            }
        }
        #expect(granted == granted.sorted() && Set(granted).count == granted.count, "seed \(seed)")
        #expect((ended + slots.state.holders.map(\.fence)).sorted() == granted, "seed \(seed)")
    }

    private static func message(_ random: inout SplitMix64) -> RebootSlotsMessage {
        let holder = random.text("abcdefgh", 1...1)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<6:
            let group = RebootSlotGroup(
                name: "db",
                slots: Int.random(in: 1...4, using: &random),
                releaseWhen: random.chance(50) ? .back : .expired
            )
            return .configure(group)
        case 6..<60:
            let order = "order \(Int.random(in: 0...1, using: &random)) of \(holder)"
            return .ask(holder: holder, purpose: order, mayQueue: random.chance(80))
        case 60..<75:
            return .release(
                holder: holder,
                fence: random.chance(50) ? nil : Int64(Int.random(in: 1...40, using: &random))
            )
        case 75..<85: return .ended(holder: holder, order: "order 0 of \(holder)", isBack: random.chance(60))
        case 85..<90: return .free(holder: holder, reason: "because")
        default: return .wake
        }
    }

    private static func slots(releaseWhen: RebootSlotGroup.ReleaseRule = .expired) throws -> Stream<RebootSlots> {
        var slots = Stream<RebootSlots>()
        try slots.send(.configure(RebootSlotGroup(name: "db", releaseWhen: releaseWhen)), at: seconds(0))
        return slots
    }
}

extension Stream<RebootSlots> {
    /// The types of the events of a host's question for its order.
    @discardableResult
    fileprivate mutating func ask(_ holder: String, at second: Int) throws(RebootSlotsRefusal) -> [String] {
        let message = RebootSlotsMessage.ask(holder: holder, purpose: "order of \(holder)", mayQueue: true)
        return try send(message, at: seconds(second), by: holder).events.map(\.type)
    }
}
