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
        .run(document),
    ]
    private static let document = Order.Document(
        name: "probe",
        steps: [Order.Step(name: "look", work: .script("exit 0\n", shell: .bash), platform: .linux, timeoutSeconds: 60)]
    )

    @Test("of the first version have the bytes that they always had")
    func unchanged() throws {
        let moment = Timestamp(microseconds: 1)
        let window = Order.Window(opens: moment, cutoff: moment, closes: moment)
        func order(_ work: Order.Work, hooks: Order.Hooks? = nil) -> Order {
            Order(
                id: "c/s/l/g#0#1",
                node: "mi-0",
                cycle: "c",
                rollout: "c/s/l/g",
                issued: moment,
                expires: moment,
                window: window,
                work: work,
                hooks: hooks
            )
        }
        let head = #"{"cycle":"c","expires":1,"id":"c/s/l/g#0#1","issued":1,"node":"mi-0","rollout":"c/s/l/g","#
        let tail = #""window":{"closes":1,"cutoff":1,"opens":1},"work":"#
        #expect(try PlainOrder.payload(of: order(.scan)) == head + #""version":1,"# + tail + #"{"scan":{}}}"#)
        let install = Order.Work.install(planDigest: "p", patches: [], newcomers: [], reboot: .never)
        let text = #"{"install":{"newcomers":[],"patches":[],"planDigest":"p","reboot":"never"}}}"#
        #expect(try PlainOrder.payload(of: order(install)) == head + #""version":1,"# + tail + text)
        #expect(order(.run(Self.document)).version == 2)
        let hooked = order(install, hooks: Order.Hooks(onExit: Self.document))
        #expect(hooked.version == 2)
        let payload = try PlainOrder.payload(of: hooked)
        #expect(payload == (try DomainJSON.encode(hooked)))
        #expect(try DomainJSON.decode(Order.self, from: payload) == hooked)
    }

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
        let isRun = if case .run = work { true } else { false }
        #expect(order.version == (rebootSlot == nil && !isRun ? 1 : 2), "an older agent would not wait for its slot")
        let payload = try PlainOrder.payload(of: order)
        #expect(payload == (try DomainJSON.encode(order)))
        #expect(try DomainJSON.decode(Order.self, from: payload) == order)

        let envelope = OrderEnvelope(payload: payload, signature: "a+b/c==")
        let text = try PlainOrder.text(of: envelope)
        #expect(text == (try DomainJSON.encode(envelope)))
        #expect(try DomainJSON.decode(OrderEnvelope.self, from: text) == envelope)
    }
}
