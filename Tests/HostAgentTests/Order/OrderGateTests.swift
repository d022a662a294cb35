import AgentProtocol
import Crypto
import HostAgent
import Testing
import Time

@Suite("The order gate")
struct OrderGateTests {
    private let signer = OrderSigner()
    private let order = Orders.install([Orders.patch("web", "2.0")])

    @Test("lets a genuine order of this node in its window pass")
    func genuine() throws {
        #expect(try signer.gate().open(try signer.sign(order), at: Orders.start) == order)
    }

    @Test("knows every one of its keys")
    func secondKey() throws {
        let gate = OrderGate(node: Orders.node, keys: [OrderSigner().key.publicKey, signer.key.publicKey])
        #expect(try gate.open(try signer.sign(order), at: Orders.start) == order)
    }

    @Test("refuses an order with one changed byte")
    func tampered() throws {
        var envelope = try signer.sign(order)
        envelope.payload = envelope.payload.replacing("2.0", with: "2.1")
        expect(.badSignature, envelope)
        #expect(throws: OrderRefusal.self) { try signer.gate().open(envelope, at: Orders.start) }
    }

    @Test("refuses an order that another key signed")
    func otherKey() throws { expect(.badSignature, try OrderSigner().sign(order)) }

    @Test("refuses a signature that is no base64")
    func nonsense() throws {
        var envelope = try signer.sign(order)
        envelope.signature = "???"
        expect(.badSignature, envelope)
    }

    @Test("refuses a signed payload that is no order", arguments: ["{", "[]", #"{"version":1,"id":"x"}"#])
    func malformed(payload: String) throws { expect(.malformed, try signer.sign(payload: payload), id: nil) }

    @Test("refuses a layout it does not know, whatever else is in it")
    func version() throws {
        expect(.unknownVersion, try signer.sign(payload: #"{"version":3,"id":"x","new":[]}"#), id: nil)
    }

    @Test("takes orders with documents, whose version is the second")
    func documents() throws {
        var hooked = order
        (hooked.version, hooked.hooks) = (2, HookedHost.allHooks)
        #expect(try signer.gate().open(try signer.sign(hooked), at: Orders.start) == hooked)
    }

    @Test("refuses an order for another node")
    func otherNode() throws {
        expect(.otherNode, try signer.sign(Orders.install([], node: "mi-0000000000000000f")))
    }

    @Test("refuses an order outside its times")
    func times() throws {
        let envelope = try signer.sign(order)
        expect(.expired, envelope, at: order.expires)
        expect(.windowNotOpen, envelope, at: order.window.opens - .seconds(301))
        expect(.pastCutoff, envelope, at: order.window.cutoff)
    }

    @Test("takes an order whose window opens a little later by this host's clock")
    func clockBehind() throws {
        let now = order.window.opens - .seconds(300)
        #expect(try signer.gate().open(try signer.sign(order), at: now) == order)
    }

    /// - Parameter id: the order's id that the refusal should carry; nil when it does not matter.
    private func expect(
        _ reason: RefusalReason,
        _ envelope: OrderEnvelope,
        at now: Timestamp = Orders.start,
        id: String? = "rollout-1#0#1"
    ) {
        do throws(OrderRefusal) {
            _ = try signer.gate().open(envelope, at: now)
            Issue.record("not refused")
        } catch {
            #expect(error.reason == reason)
            #expect(!error.detail.isEmpty)
            if let id { #expect(error.order == id) }
        }
    }
}
