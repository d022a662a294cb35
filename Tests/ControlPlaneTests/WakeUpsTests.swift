import Domain
import Testing
import Time

@testable import ControlPlane

@Suite("Wake-ups of stock agents")
struct WakeUpsTests {
    private let start = Timestamp(microseconds: 1_764_000_000_000_000)

    @Test("A wake-up is sent again, with its id, until it is taken; another order has another id")
    func untilTaken() {
        let wakeUps = WakeUps()
        #expect(wakeUps.known(by: "mi-1", at: start) == nil)
        let id = wakeUps.send("a#0#1", to: "mi-1", at: start)
        #expect(id.utf8.count == 32)
        #expect(WakeUps.isID(id, of: "a#0#1") && !WakeUps.isID(id, of: "a#1#1"))
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(14))?.order == "a#0#1")
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(15)) == nil)
        #expect(wakeUps.send("a#0#1", to: "mi-1", at: start + .seconds(15)) == id)
        wakeUps.take("another", by: "mi-1")
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(31)) == nil)
        wakeUps.take(id, by: "mi-1")
        let known = wakeUps.known(by: "mi-1", at: start + .seconds(9_000))
        #expect(known?.order == "a#0#1" && known?.due == nil)
        #expect(wakeUps.send("b#0#1", to: "mi-1", at: start) != id)
    }

    @Test("After a run that left its order open the host is woken after a while, by another id")
    func again() {
        let wakeUps = WakeUps()
        let id = wakeUps.send("a#0#1", to: "mi-1", at: start)
        wakeUps.take(id, by: "mi-1")
        wakeUps.end(id, of: "a#0#1", by: "mi-1", at: start)
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(59))?.due == start + .seconds(60))
        let second = wakeUps.send("a#0#1", to: "mi-1", at: start + .seconds(60))
        #expect(second != id && WakeUps.isID(second, of: "a#0#1"))
        wakeUps.end(id, of: "a#0#1", by: "mi-1", at: start)
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(80)) == nil, "what the former run says changes nothing")
    }

    @Test("After a run that was cut off the host is woken at once, by another id, and once alone")
    func cutOff() {
        let wakeUps = WakeUps()
        let id = wakeUps.send("a#0#1", to: "mi-1", at: start)
        wakeUps.take(id, by: "mi-1")
        #expect(wakeUps.cutOff(id, of: "a#0#1", by: "mi-1", at: start))
        #expect(wakeUps.cutOff(id, of: "a#0#1", by: "mi-1", at: start), "told twice")
        #expect(wakeUps.known(by: "mi-1", at: start) == nil)
        let second = wakeUps.send("a#0#1", to: "mi-1", at: start)
        #expect(second != id)
        #expect(!wakeUps.cutOff(second, of: "a#0#1", by: "mi-1", at: start))
        let other = wakeUps.send("b#0#1", to: "mi-1", at: start)
        #expect(wakeUps.cutOff(other, of: "b#0#1", by: "mi-1", at: start), "each order has its own")
    }

    @Test(
        "Another process wakes the host by another id, since the agent runs none twice, and knows what runs of either say"
    )
    func anotherProcess() {
        let (former, wakeUps) = (WakeUps(), WakeUps())
        let id = former.send("a#0#1", to: "mi-1", at: start)
        let second = wakeUps.send("a#0#1", to: "mi-1", at: start)
        #expect(second != id && second.utf8.count == 32)
        wakeUps.take(id, by: "mi-1")
        #expect(wakeUps.known(by: "mi-1", at: start + .seconds(9_000)) != nil)
        wakeUps.end(id, of: "a#0#1", by: "mi-1", at: start)
        #expect(wakeUps.known(by: "mi-1", at: start)?.due == start + .seconds(60))
    }

    @Test("Credentials that newer ones have followed are those of another machine, unless their request was only late")
    func turns() {
        let contacts = AgentContacts()
        #expect(contacts.clash(of: "mi-1", at: 1, signedAt: start) == nil)
        #expect(contacts.clash(of: "mi-1", at: 2, signedAt: start + .seconds(30)) == nil)
        #expect(contacts.clash(of: "mi-1", at: 1, signedAt: start + .seconds(20)) == nil, "it was under way for long")
        #expect(contacts.clash(of: "mi-1", at: 2, signedAt: start + .seconds(40)) == nil)
        let clash = contacts.clash(of: "mi-1", at: 1, signedAt: start + .seconds(41))
        #expect(clash == NodeClash(first: "1", second: "2"))
    }
}
