import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("The reception of an order")
struct ReceptionTests {
    private let signer = OrderSigner()
    private let order = Orders.install([Orders.patch("web", "2.0")])

    @Test("takes a new one")
    func new() throws {
        #expect(AgentState().receive(try signer.sign(order), through: signer.gate(), at: Orders.start) == .take(order))
    }

    @Test("never runs one twice: it answers with the stored end")
    func repeated() throws {
        var state = AgentState()
        let fact = HostRunFact.failed(kind: .disk, detail: "full", inventory: nil, patches: [])
        state.apply(JournalRecord(at: Orders.start, .taken(order)))
        state.apply(JournalRecord(at: Orders.start, .run(.accepted)))
        state.apply(JournalRecord(at: Orders.start, .run(.ended(fact))))
        let end = Report(order: order.id, sequence: 2, at: Orders.start, fact: fact)
        #expect(state.receive(try signer.sign(order), through: signer.gate(), at: Orders.start) == .repeated(end))
    }

    @Test("binds by a refusal of its time, not by one of a forged copy")
    func binding() throws {
        var state = AgentState()
        var forged = try signer.sign(order)
        forged.signature = ""
        for (envelope, now) in [(forged, Orders.start), (try signer.sign(order), order.window.cutoff)] {
            guard case .refuse(let refusal, let report?) = state.receive(envelope, through: signer.gate(), at: now)
            else {
                Issue.record("not refused")
                return
            }
            state.apply(JournalRecord(at: now, .queued(report, isBinding: refusal.isBinding)))
            #expect((state.result(of: order.id) != nil) == (refusal.reason == .pastCutoff))
        }
    }

    @Test("says nothing in the name of a known order for a forged copy of it")
    func forgedCopy() throws {
        var state = AgentState()
        state.apply(JournalRecord(at: Orders.start, .taken(order)))
        state.apply(JournalRecord(at: Orders.start, .run(.ended(.scanned(inventory: "d")))))
        var forged = try signer.sign(order)
        forged.payload += " "
        guard case .refuse(_, nil) = state.receive(forged, through: signer.gate(), at: Orders.start) else {
            Issue.record("the forged copy is reported under the order's id")
            return
        }
    }

    @Test("has no report for a payload without an id")
    func unreadable() throws {
        let reception = AgentState().receive(try signer.sign(payload: "{"), through: signer.gate(), at: Orders.start)
        guard case .refuse(let refusal, nil) = reception else {
            Issue.record("reported under nothing")
            return
        }
        #expect(refusal.reason == .malformed)
    }

    @Test("remembers the ends of the last orders alone")
    func bounded() {
        var state = AgentState()
        for number in 0...AgentState.maximumFinished {
            let report = Report(order: "o\(number)", sequence: 1, at: Orders.start, fact: .scanned(inventory: "d"))
            state.apply(JournalRecord(at: Orders.start, .finished(report)))
        }
        #expect(state.finished.count == AgentState.maximumFinished)
        #expect(state.result(of: "o0") == nil && state.result(of: "o1") != nil)
    }
}
