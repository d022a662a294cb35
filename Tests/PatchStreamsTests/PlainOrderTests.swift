import AgentProtocol
import PatchStreams
import Testing
import Time

@Suite("Orders in plain JSON")
struct PlainOrderTests {
    private static let patch = PatchReference(name: "libssl3", architecture: "amd64", version: "3.0.17-1~deb12u3")
    private static let works: [Order.Work] = [
        .scan,
        .install(planDigest: "0123", patches: [], newcomers: [], reboot: .never),
        .install(planDigest: "0123", patches: [patch, patch], newcomers: [patch], reboot: .ifNeeded),
        .install(
            planDigest: "a \"quoted\" \\ digest/ü",
            patches: [PatchReference(name: "tab\there", architecture: "", version: "\u{1}")],
            newcomers: [],
            reboot: .never
        ),
    ]

    @Test("are the bytes that the general coder writes", arguments: works, ["early/eu", "a\"b\\c/d ü 😀", "line\nend"])
    func sameBytes(work: Order.Work, name: String) throws {
        for rebootSlot in [nil, name] { try checkBytes(of: work, name, rebootSlot) }
    }

    private func checkBytes(of work: Order.Work, _ name: String, _ rebootSlot: String?) throws {
        let order = Order(
            id: "\(name)#0#1",
            node: "mi-0123",
            cycle: name,
            rollout: name,
            issued: Timestamp(microseconds: -1),
            expires: Timestamp(microseconds: 1_780_000_000_000_000),
            window: Order.Window(
                opens: Timestamp(microseconds: 0),
                cutoff: Timestamp(microseconds: .max),
                closes: Timestamp(microseconds: .min)
            ),
            work: work,
            rebootSlot: rebootSlot
        )
        #expect(order.version == (rebootSlot == nil ? 1 : 2), "an older agent would not wait for its slot")
        let payload = try PlainOrder.payload(of: order)
        #expect(payload == (try DomainJSON.encode(order)))
        #expect(try DomainJSON.decode(Order.self, from: payload) == order)

        let envelope = OrderEnvelope(payload: payload, signature: "a+b/c==")
        let text = try PlainOrder.text(of: envelope)
        #expect(text == (try DomainJSON.encode(envelope)))
        #expect(try DomainJSON.decode(OrderEnvelope.self, from: text) == envelope)
    }
}
