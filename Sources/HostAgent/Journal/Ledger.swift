package import AgentProtocol
package import Crypto
import FoundationEssentials
package import Time

/// The agent's memory: every change is in the journal file before it is in here.
package actor Ledger {
    /// Bytes after which a settled journal is compacted.
    private static let compactionBytes = 64 << 10

    private var file: any JournalFile
    private var state = AgentState()
    private var gate: OrderGate
    private let host: @Sendable () -> HostGuard
    private let now: @Sendable () -> Timestamp
    private var bytesSinceCompaction = 0
    private var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    private var lastListener = 0

    /// - Parameter host: what the host itself says to orders; asked for each.
    package init(
        file: any JournalFile,
        gate: OrderGate,
        host: @escaping @Sendable () -> HostGuard = { HostGuard() },
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.file = file
        self.gate = gate
        self.host = host
        self.now = now
    }

    /// Reads the journal and folds it.
    package func load() throws(JournalFailure) {
        let lines = try file.load()
        state = try AgentState(journal: lines)
        bytesSinceCompaction = lines.reduce(0) { $0 + $1.count }
    }

    /// One element now and one after each record; several that nobody waited for become one.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        lastListener += 1
        let number = lastListener
        listeners[number] = continuation
        continuation.onTermination = { [weak self] _ in Task { await self?.forget(number) } }
        continuation.yield()
        return stream
    }

    private func forget(_ listener: Int) { listeners[listener] = nil }

    /// Waits until the outbox is as asked for, at most so long.
    package func waitForOutbox(
        atMost limit: Duration,
        on clock: any Clock<Duration>,
        until condition: @escaping @Sendable ([Report]) -> Bool
    ) async throws {
        // Mostly there is nothing to wait for, and so no timer to set.
        guard !condition(outbox) else { return try Task.checkCancellation() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(for: limit) }
            group.addTask {
                for await _ in await self.changes() where condition(await self.outbox) { return }
            }
            try await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    package var activeRun: HostRun? { state.activeRun }

    /// The inventories that still have to be uploaded.
    package var inventories: Set<String> { state.inventories }

    /// Of the reports of one batch: what steps said is what is large in them.
    private static let maximumSteps = 4 * StepResult.maximumCount

    /// Reports that wait for acknowledgement, oldest first, at most as many as one batch takes.
    package var outbox: [Report] {
        var steps = 0
        let reports = state.outbox.prefix(ReportBatch.maximumCount).prefix { report in
            steps += report.steps?.count ?? 0
            return steps <= Self.maximumSteps
        }
        return Array(reports)
    }

    /// Boot reports that wait for acknowledgement, oldest first.
    package var bootReports: [BootReport] { state.bootReports }

    /// Takes note of the boot that the agent was started in.
    package func enter(_ boot: BootFacts) throws(JournalFailure) {
        if state.boot?.bootID != boot.bootID { try record(.booted(boot)) }
    }

    /// Records that the control plane has the oldest boot reports.
    package func acknowledge(_ boots: [BootReport]) throws(JournalFailure) {
        // The oldest of them may have given way to a new one meanwhile.
        try record(.bootsAcknowledged(state.bootReports.prefix { boots.contains($0) }.count))
        try compactIfSettled()
    }

    /// From now on orders must be signed by one of these keys.
    package func trust(_ keys: [Curve25519.Signing.PublicKey]) { gate = gate.trusting(keys) }

    /// Receives an order and keeps what follows from it.
    package func receive(_ envelope: OrderEnvelope) throws(JournalFailure) -> Reception {
        let reception = state.receive(envelope, through: gate, allowedBy: host(), at: now())
        switch reception {
        case .take(let order): try record(.taken(order))
        case .refuse(let refusal, .some(let report)):
            try record(.queued(report, isBinding: refusal.isBinding))
        case .repeated(let report): try record(.queued(report, isBinding: true))
        case .refuse(_, nil): break
        }
        return reception
    }

    /// Records what happened in the run under way; durable when this returns.
    package func record(_ event: HostRunEvent) throws(JournalFailure) { try record(.run(event)) }

    /// Records that the control plane does not want the order any more, if it is the one under way.
    package func withdraw(_ order: String) throws(JournalFailure) {
        guard let run = activeRun, run.order.id == order, !run.isWithdrawn else { return }
        try record(.withdrawn)
    }

    /// Waits until the run under way is not wanted any more; also ends when the task is cancelled.
    func waitForWithdrawal() async {
        for await _ in changes() where activeRun?.isWithdrawn == true { return }
    }

    /// Records that the control plane has the reports.
    package func acknowledge(_ reports: [Report]) throws(JournalFailure) {
        var last: [String: Int] = [:]
        for report in reports { last[report.order] = max(last[report.order] ?? 0, report.sequence) }
        for (order, sequence) in last.sorted(by: { $0.key < $1.key }) {
            try record(.acknowledged(order: order, sequence: sequence))
        }
        try compactIfSettled()
    }

    private func record(_ entry: JournalEntry) throws(JournalFailure) {
        let record = JournalRecord(at: now(), entry)
        let line = try encoded(record)
        try file.append(line)
        bytesSinceCompaction += line.count
        state.apply(record)
        for listener in listeners.values { listener.yield() }
    }

    private func compactIfSettled() throws(JournalFailure) {
        guard state.isSettled, bytesSinceCompaction >= Self.compactionBytes else { return }
        var lines: [[UInt8]] = []
        for record in state.compacted(at: now()) { lines.append(try encoded(record)) }
        try file.replace(with: lines)
        bytesSinceCompaction = 0
    }

    private func encoded(_ record: JournalRecord) throws(JournalFailure) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(record))
        } catch {
            throw JournalFailure("the journal record does not encode: \(error)")
        }
    }
}
