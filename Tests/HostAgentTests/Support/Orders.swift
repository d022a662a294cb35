import AgentProtocol
import Time

/// Orders for tests: everything is as it should be unless a test says otherwise.
enum Orders {
    static let node = "mi-0123456789abcdef0"
    /// The time by which the tests begin.
    static let start = Timestamp(microseconds: 1_790_000_000_000_000)

    static func install(
        _ patches: [PatchReference],
        newcomers: [PatchReference] = [],
        id: String = "rollout-1#0#1",
        node: String = Orders.node,
        reboot: Order.RebootPolicy = .ifNeeded,
        cutoff: Duration = .seconds(3_600),
        rebootSlot: String? = nil
    ) -> Order {
        let work = Order.Work.install(planDigest: "plan", patches: patches, newcomers: newcomers, reboot: reboot)
        return order(id: id, node: node, cutoff: cutoff, work: work, rebootSlot: rebootSlot)
    }

    static func scan(id: String = "rollout-0#0#1") -> Order {
        order(id: id, node: node, cutoff: .seconds(3_600), work: .scan)
    }

    static func patch(_ name: String, _ version: String, architecture: String = "all") -> PatchReference {
        PatchReference(name: name, architecture: architecture, version: version)
    }

    private static func order(
        id: String,
        node: String,
        cutoff: Duration,
        work: Order.Work,
        rebootSlot: String? = nil
    ) -> Order {
        Order(
            id: id,
            node: node,
            cycle: "cycle-1",
            rollout: "rollout-1",
            issued: start,
            expires: start + .seconds(7_200),
            window: Order.Window(opens: start, cutoff: start + cutoff, closes: start + cutoff + .seconds(3_600)),
            work: work,
            rebootSlot: rebootSlot
        )
    }
}
