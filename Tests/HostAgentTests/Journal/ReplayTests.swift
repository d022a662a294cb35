import AgentProtocol
import Foundation
import HostAgent
import Testing
import Time

@Suite("Orders that were given before one that was taken")
struct ReplayTests {
    private let signer = OrderSigner()
    private let hour = Duration.seconds(3_600)

    @Test("are refused, for good and in words, unless their end is known")
    func older() throws {
        var state = try state(taking: order("new", issued: Orders.start))
        let late = order("late", issued: Orders.start - hour)
        guard case .refuse(let refusal, let report?) = try receive(late, state, at: Orders.start) else {
            Issue.record("an older order is taken")
            return
        }
        #expect(refusal.reason == .replayed && refusal.isBinding)
        #expect(refusal.detail.contains("\(late.issued)") && refusal.detail.contains("\(Orders.start)"))
        state.apply(JournalRecord(at: Orders.start, .queued(report, isBinding: true)))
        guard case .repeated = try receive(late, state, at: Orders.start) else {
            Issue.record("it is not answered with its end")
            return
        }
        guard case .repeated = try receive(order("new", issued: Orders.start), state, at: Orders.start) else {
            Issue.record("an order whose answer was lost is not answered again")
            return
        }
    }

    @Test("are taken when they were given in the same second, or as far apart as clocks may be")
    func near() throws {
        let state = try state(taking: order("new", issued: Orders.start))
        for issued in [Orders.start, Orders.start - AgentState.reordering, Orders.start + hour] {
            let next = order("next", issued: issued)
            #expect(try receive(next, state, at: Orders.start + hour) == .take(next))
        }
        let late = order("late", issued: Orders.start - AgentState.reordering - .milliseconds(1))
        guard case .refuse = try receive(late, state, at: Orders.start + hour) else {
            Issue.record("one that is a little older still is taken")
            return
        }
    }

    @Test("are taken when the clocks were ahead and were set back since")
    func clocksSetBack() throws {
        let state = try state(taking: order("ahead", issued: Orders.start + hour * 24), at: Orders.start + hour * 24)
        let next = order("next", issued: Orders.start)
        #expect(try receive(next, state, at: Orders.start) == .take(next))
    }

    @Test("are known after a restart and when the journal was compacted")
    func compacted() throws {
        let state = try state(taking: order("new", issued: Orders.start))
        let lines = try state.compacted(at: Orders.start).map { Array(try JSONEncoder().encode($0)) }
        let again = try AgentState(journal: lines)
        #expect(again.newest == Orders.start)
        #expect(again.result(of: "new") != nil)
        guard case .refuse = try receive(order("late", issued: Orders.start - hour), again, at: Orders.start) else {
            Issue.record("forgotten")
            return
        }
    }

    @Test("a journal of an agent that knew nothing of this is read, and one of this is read by that")
    func bothWays() throws {
        let report = Report(order: "o", sequence: 1, at: Orders.start, fact: .scanned(inventory: "d"))
        let former = try JSONEncoder().encode(FormerEntry.finished(report))
        #expect(try JSONDecoder().decode(JournalEntry.self, from: former) == .finished(report, newest: nil))
        let present = try JSONEncoder().encode(JournalEntry.finished(report, newest: Orders.start))
        guard case .finished(report) = try JSONDecoder().decode(FormerEntry.self, from: present) else {
            Issue.record("not read as it was")
            return
        }
    }

    // MARK: - Given

    private enum FormerEntry: Codable { case finished(Report) }

    private func order(_ id: String, issued: Timestamp) -> Order {
        var order = Orders.scan(id: id)
        (order.issued, order.expires) = (issued, issued + hour * 48)
        order.window = Order.Window(opens: issued, cutoff: issued + hour * 48, closes: issued + hour * 48)
        return order
    }

    private func receive(_ order: Order, _ state: AgentState, at now: Timestamp) throws -> Reception {
        state.receive(try signer.sign(order), through: signer.gate(), at: now)
    }

    /// After the order was taken and ended.
    private func state(taking order: Order, at now: Timestamp = Orders.start) throws -> AgentState {
        var state = AgentState()
        try #require(try receive(order, state, at: now) == .take(order))
        state.apply(JournalRecord(at: now, .taken(order)))
        state.apply(JournalRecord(at: now, .run(.accepted)))
        state.apply(JournalRecord(at: now, .run(.ended(.scanned(inventory: "d")))))
        return state
    }
}
