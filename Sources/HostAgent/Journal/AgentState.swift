package import AgentProtocol
package import Time

/// All that an agent knows across restarts: the fold of its journal.
package struct AgentState: Equatable, Sendable {
    /// How many finished orders are remembered; older ones are kept out by their expiry.
    package static let maximumFinished = 1_000

    /// The run under way, or the last one while reports of it wait for acknowledgement.
    package private(set) var run: HostRun?
    /// Reports that wait to be sent and acknowledged, oldest first.
    package private(set) var outbox: [Report] = []
    /// Terminal reports of finished orders, oldest first.
    package private(set) var finished: [Report] = []

    package init() {}

    /// The run that is not at its end.
    package var activeRun: HostRun? {
        guard let run, run.outcome == nil else { return nil }
        return run
    }

    /// The stored end of an order.
    package func result(of order: String) -> Report? { finished.last { $0.order == order } }

    /// The state after the record.
    ///
    /// Total: what the journal holds happened.
    package mutating func apply(_ record: JournalRecord) {
        switch record.entry {
        case .taken(let order):
            run = HostRun(order, takenAt: record.at)
        case .run(let event):
            guard let known = run?.reports.count else { return }
            run?.apply(event, at: record.at)
            enqueue(run?.reports.dropFirst(known) ?? [])
        case .queued(let report, let isBinding):
            outbox.append(report)
            if isBinding { remember(report) }
        case .acknowledged(let order, let sequence):
            outbox.removeAll { $0.order == order && $0.sequence <= sequence }
        case .finished(let report):
            remember(report)
        }
    }

    private mutating func enqueue(_ reports: ArraySlice<Report>) {
        for report in reports {
            outbox.append(report)
            if report.fact.isTerminal { remember(report) }
        }
    }

    private mutating func remember(_ report: Report) {
        finished.removeAll { $0.order == report.order }
        finished.append(report)
        if finished.count > Self.maximumFinished { finished.removeFirst(finished.count - Self.maximumFinished) }
    }

    /// The inventories that still have to be uploaded.
    package var inventories: Set<String> { Set(outbox.compactMap(\.fact.inventory)) }

    /// Whether nothing is lost when the journal is reduced to ``finished``.
    package var isSettled: Bool { activeRun == nil && outbox.isEmpty }

    /// The entries that a compacted journal holds.
    package func compacted(at moment: Timestamp) -> [JournalRecord] {
        finished.map { JournalRecord(at: moment, .finished($0)) }
    }
}
