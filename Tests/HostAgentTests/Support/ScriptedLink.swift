import AgentProtocol
import HostAgent

/// A link in memory that fails as the script says and keeps what it is sent.
actor ScriptedLink: ControlPlaneLink {
    enum Sent: Equatable {
        case reports([Report])
        case boots([BootReport])
        case repairs([RepairReport])
        case inventory(String)
        case output(order: String, name: String)
        case question(String)
        case release(RebootSlotRelease)
    }

    private(set) var sent: [Sent] = []
    private(set) var polls = 0
    /// How often it was asked of the order under way.
    private(set) var questions = 0
    private var failures: [LinkFailure]
    private var outputFailures: [LinkFailure]
    private var orders: [OrderEnvelope?]
    private var slots: [RebootSlotAnswer]
    private var standings: [OrderStanding]
    private var keys: [Result<OrderKeyHistory, LinkFailure>]
    private let status: Int
    private let refusesForGood: @Sendable (Report) -> Bool
    private let atEnd: @Sendable () -> Void

    /// - Parameters:
    ///   - failures: of the first requests that send something, in order.
    ///   - outputFailures: the same of the uploads of what programs printed.
    ///   - status: with which it refuses for good.
    ///   - orders: the answers of the polls; behind the last one `atEnd` is called and the poll fails.
    ///   - slots: what it hears of reboot slots; behind the last one it hears nothing.
    ///   - standings: what it hears of the order under way; behind the last one the control plane knows no such question.
    ///   - keys: what it hears of order keys; behind the last one there is nothing to hear.
    init(
        failures: [LinkFailure] = [],
        outputFailures: [LinkFailure] = [],
        orders: [OrderEnvelope?] = [],
        slots: [RebootSlotAnswer] = [],
        standings: [OrderStanding] = [],
        keys: [Result<OrderKeyHistory, LinkFailure>] = [],
        status: Int = 422,
        refusesForGood: @escaping @Sendable (Report) -> Bool = { _ in false },
        atEnd: @escaping @Sendable () -> Void = {}
    ) {
        self.failures = failures
        self.outputFailures = outputFailures
        self.orders = orders
        self.slots = slots
        self.standings = standings
        self.keys = keys
        self.status = status
        self.refusesForGood = refusesForGood
        self.atEnd = atEnd
    }

    /// All reports that were taken, in order.
    var reports: [Report] { sent.flatMap { if case .reports(let reports) = $0 { reports } else { [Report]() } } }

    func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope? {
        polls += 1
        guard !orders.isEmpty else {
            atEnd()
            throw .unreachable("the script is over")
        }
        return orders.removeFirst()
    }

    func standing(of order: String) async throws(LinkFailure) -> OrderStanding {
        questions += 1
        guard !standings.isEmpty else { throw .rejected(status: 404, detail: "no such route") }
        return standings.removeFirst()
    }

    func orderKeys() async throws(LinkFailure) -> OrderKeyHistory {
        try keys.isEmpty ? OrderKeyHistory() : keys.removeFirst().get()
    }

    func send(_ reports: [Report]) async throws(LinkFailure) {
        if !failures.isEmpty { throw failures.removeFirst() }
        if reports.contains(where: refusesForGood) { throw .rejected(status: status, detail: "unknown") }
        sent.append(.reports(reports))
    }

    func send(boots: [BootReport]) async throws(LinkFailure) {
        if !failures.isEmpty { throw failures.removeFirst() }
        sent.append(.boots(boots))
    }

    func send(repairs: [RepairReport]) async throws(LinkFailure) {
        if !failures.isEmpty { throw failures.removeFirst() }
        sent.append(.repairs(repairs))
    }

    func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer {
        if !failures.isEmpty { throw failures.removeFirst() }
        sent.append(.question(order))
        guard !slots.isEmpty else { throw .unreachable("the script is over") }
        return slots.removeFirst()
    }

    func release(_ slot: RebootSlotRelease) async throws(LinkFailure) {
        if !failures.isEmpty { throw failures.removeFirst() }
        sent.append(.release(slot))
    }

    func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure) {
        if !failures.isEmpty { throw failures.removeFirst() }
        sent.append(.inventory(digest))
    }

    func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure) {
        if !outputFailures.isEmpty { throw outputFailures.removeFirst() }
        sent.append(.output(order: order, name: name))
    }
}
