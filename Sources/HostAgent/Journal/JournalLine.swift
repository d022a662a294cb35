import AgentProtocol
import FoundationEssentials
package import Time

/// One thing that happened on the host, in words: of the agent's journal, or a repair of the doctor's.
package struct JournalLine: Codable, Equatable, Sendable {
    /// When by the host's clock.
    package var at: Timestamp
    /// nil for what belongs to none.
    package var order: String?
    package var event: String
    package var detail: String?

    /// Most lines that are read at once.
    package static let maximumCount = 10_000

    /// The last lines, oldest first; of a compacted journal only the ends of its orders are left.
    ///
    /// - Parameters:
    ///   - order: of this one alone; nil for all.
    ///   - count: at most ``maximumCount``.
    package static func read(_ state: StateFolder, order: String? = nil, last count: Int) throws -> [JournalLine] {
        var lines: [JournalLine] = []
        var current: String?
        for (index, bytes) in try FramedFile.peek(state.journalFile).enumerated() {
            let record: JournalRecord
            do {
                record = try JSONDecoder().decode(JournalRecord.self, from: Data(bytes))
            } catch {
                throw JournalFailure("line \(index + 1) of the journal was written by another version: \(error)")
            }
            if case .taken(let order) = record.entry { current = order.id }
            lines.append(JournalLine(record, order: current))
        }
        lines += try RepairStore(folder: state.repairFolder).all().map(JournalLine.init)
        let chosen = lines.filter { order == nil || $0.order == order }.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        return chosen.suffix(min(max(count, 0), maximumCount)).map(\.element)
    }

    private init(_ repair: RepairReport) {
        let word = repair.isRepaired ? "repaired" : "not repaired"
        self.init(at: repair.at, order: nil, event: "\(word): \(repair.check)", detail: repair.detail)
    }

    /// - Parameter order: that the events of runs belong to.
    private init(_ record: JournalRecord, order: String?) {
        self.init(at: record.at, order: order, event: "", detail: nil)
        switch record.entry {
        case .taken(let order):
            event = "order taken"
            detail = "nothing begins from \(order.window.cutoff) on"
        case .run(let event): (self.event, detail) = (event.phrase, event.detail)
        case .queued(let report, _): take(report)
        case .finished(let report, _): take(report)
        case .booted(let boot):
            (self.order, event, detail) = (nil, "booted", "boot \(boot.bootID), kernel \(boot.kernel)")
        case .bootsAcknowledged(let count):
            (self.order, event, detail) = (nil, "reports of reboots delivered", "\(count)")
        case .acknowledged(let order, let sequence):
            (self.order, event, detail) = (order, "reports delivered", "up to \(sequence)")
        }
    }

    private mutating func take(_ report: Report) {
        (at, order) = (report.at, report.order)
        let last = HostRunEvent.ended(report.fact)
        (event, detail) = (last.phrase, last.detail)
    }

    private init(at: Timestamp, order: String?, event: String, detail: String?) {
        self.at = at
        self.order = order
        self.event = event
        self.detail = detail
    }
}

extension JournalLine: CustomStringConvertible {
    package var description: String {
        (["\(at)", order, event].compactMap(\.self)).joined(separator: "  ") + (detail.map { ": \($0)" } ?? "")
    }
}
