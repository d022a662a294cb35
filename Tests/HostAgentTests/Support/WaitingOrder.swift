import AgentProtocol
import HostAgent

/// A control plane in memory with one order, which waits until its end is reported.
actor WaitingOrder: ControlPlaneLink {
    private let envelope: OrderEnvelope
    private let order: String
    /// How many of the first requests are answered by nobody.
    private var silence: Int
    private let history: OrderKeyHistory
    /// Whether it offers the order whatever it hears of it.
    private let isDeaf: Bool
    /// Each report once, in their order.
    private(set) var reports: [Report] = []
    private(set) var boots: [BootReport] = []
    private(set) var inventories: [String] = []
    private(set) var polls = 0
    private(set) var keyQuestions = 0

    init(
        _ envelope: OrderEnvelope,
        of order: String,
        silence: Int = 0,
        history: OrderKeyHistory = OrderKeyHistory(),
        isDeaf: Bool = false
    ) {
        self.envelope = envelope
        self.order = order
        self.silence = silence
        self.history = history
        self.isDeaf = isDeaf
    }

    /// Its end; nil as long as it waits.
    var end: HostRunFact? { reports.last { $0.order == order && $0.fact.isTerminal }?.fact }

    private func answer() throws(LinkFailure) {
        guard silence == 0 else {
            silence -= 1
            throw .unreachable("in a test")
        }
    }

    func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope? {
        polls += 1
        try answer()
        return end == nil || isDeaf ? envelope : nil
    }

    func standing(of order: String) async throws(LinkFailure) -> OrderStanding { OrderStanding(isWithdrawn: false) }

    func orderKeys() async throws(LinkFailure) -> OrderKeyHistory {
        keyQuestions += 1
        try answer()
        return history
    }

    func send(_ reports: [Report]) async throws(LinkFailure) {
        try answer()
        for report in reports
        where !self.reports.contains(where: { $0.order == report.order && $0.sequence == report.sequence }) {
            self.reports.append(report)
        }
    }

    func send(boots: [BootReport]) async throws(LinkFailure) { self.boots += boots }

    func send(repairs: [RepairReport]) async throws(LinkFailure) {}

    func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer {
        RebootSlotAnswer(grant: RebootSlotGrant(fence: 1, seconds: 900), retrySeconds: 1, detail: "")
    }

    func release(_ slot: RebootSlotRelease) async throws(LinkFailure) {}

    func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure) { inventories.append(digest) }

    func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure) {}
}
