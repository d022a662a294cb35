package import AgentProtocol
package import Time

/// All that an agent knows across restarts: the fold of its journal.
package struct AgentState: Equatable, Sendable {
    /// How many finished orders are remembered; older ones are kept out by their expiry.
    package static let maximumFinished = 1_000
    /// How many boot reports wait at most; the oldest give way.
    package static let maximumBoots = ReportBatch.maximumBoots

    /// The run under way, or the last one while reports of it wait for acknowledgement.
    package private(set) var run: HostRun?
    /// Reports that wait to be sent and acknowledged, oldest first.
    package private(set) var outbox: [Report] = []
    /// Reports of reboots that wait to be sent and acknowledged, oldest first.
    package private(set) var bootReports: [BootReport] = []
    /// The last boot that the agent was started in.
    package private(set) var boot: BootFacts?
    /// Terminal reports of finished orders, oldest first.
    package private(set) var finished: [Report] = []
    /// When the newest of the orders that were taken was given; nil before the first.
    package private(set) var newest: Timestamp?

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
            note(order.issued)
        case .run(let event):
            guard let known = run?.reports.count else { return }
            run?.apply(event, at: record.at)
            enqueue(run?.reports.dropFirst(known) ?? [])
            if let report = run?.bootReport(after: event) { enqueue(report) }
        case .queued(let report, let isBinding):
            outbox.append(report)
            if isBinding { remember(report) }
        case .booted(let boot):
            enter(boot, at: record.at)
        case .bootsAcknowledged(let count):
            bootReports.removeFirst(min(count, bootReports.count))
        case .acknowledged(let order, let sequence):
            outbox.removeAll { $0.order == order && $0.sequence <= sequence }
        case .finished(let report, let newest):
            remember(report)
            if let newest { note(newest) }
        }
    }

    private mutating func note(_ issued: Timestamp) { newest = max(newest ?? issued, issued) }

    private mutating func enqueue(_ reports: ArraySlice<Report>) {
        for report in reports {
            outbox.append(report)
            if report.fact.isTerminal { remember(report) }
        }
    }

    /// A boot that no run of this agent's led to was somebody else's doing, or a power cut's.
    private mutating func enter(_ next: BootFacts, at moment: Timestamp) {
        defer { boot = next }
        guard let last = boot, last.bootID != next.bootID, activeRun?.leaves(last) != true else { return }
        enqueue(BootReport(at: moment, order: nil, outcome: .unordered, before: last, after: next))
    }

    private mutating func enqueue(_ report: BootReport) {
        bootReports.append(report)
        if bootReports.count > Self.maximumBoots { bootReports.removeFirst(bootReports.count - Self.maximumBoots) }
    }

    private mutating func remember(_ report: Report) {
        finished.removeAll { $0.order == report.order }
        finished.append(report.withoutOutputs)
        if finished.count > Self.maximumFinished { finished.removeFirst(finished.count - Self.maximumFinished) }
    }

    /// The inventories that still have to be uploaded.
    package var inventories: Set<String> { Set(outbox.compactMap(\.fact.inventory)) }

    /// Whether nothing is lost when the journal is reduced to ``boot``, ``finished`` and ``newest``.
    package var isSettled: Bool { activeRun == nil && outbox.isEmpty && bootReports.isEmpty }

    /// The entries that a compacted journal holds.
    package func compacted(at moment: Timestamp) -> [JournalRecord] {
        let boots = boot.map { [JournalRecord(at: moment, .booted($0))] } ?? []
        let ends = finished.enumerated().map { index, report in
            let isLast = index == finished.count - 1
            return JournalRecord(at: moment, .finished(report, newest: isLast ? newest : nil))
        }
        return boots + ends
    }
}

extension Report {
    /// For the memory of a thousand orders: what was printed was told once, and is in the order's own output.
    fileprivate var withoutOutputs: Report {
        var report = self
        report.steps = steps?.map { step in
            var step = step
            step.output = ""
            return step
        }
        if case .failed(let kind, let detail, let inventory, var patches) = fact {
            for index in patches.indices { patches[index].output = nil }
            report.fact = .failed(kind: kind, detail: detail, inventory: inventory, patches: patches)
        }
        return report
    }
}
