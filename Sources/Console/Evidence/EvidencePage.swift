import ReadModels
import Time

/// What can be handed to an auditor, and how the log stands that it follows from; bundles are built beside the server.
struct EvidencePage: Sendable {
    struct Period: Sendable {
        var month: String
        var badge: StateBadge
        var command: String
    }

    struct Report: Sendable {
        var title: String
        var note: String
        var address: String
    }

    /// The newest months that are named.
    private static let mostPeriods = 24

    var frame: Frame
    var facts: [Fact]
    /// What is wrong with the log, as far as its rows say.
    var problem: String?
    var headsAddress: String
    var periods: [Period]
    var hasPeriods: Bool
    var reports: [Report]
    var sites: [Report]
    var hasSites: Bool

    /// - Parameters:
    ///   - cycles: the newest first.
    ///   - sites: all of the policy.
    init(_ log: LogStanding, cycles: [CycleSummary], sites: [String], for visit: Visit) {
        frame = Frame("Evidence", at: .evidence, of: visit)
        facts = Self.facts(log)
        problem =
            log.unsealed.isEmpty
            ? nil
            : "The last commit of \(Figures.count(log.unsealed.count, "shard")) is not sealed by the servers' key: nothing is "
                + "decided there (\(log.unsealed.prefix(10).map { "\($0)" }.joined(separator: ", "))). Run log verify."
        headsAddress = WebAddress("evidence", "heads.json").text
        periods = Self.periods(from: log.firstAt, to: visit.now)
        hasPeriods = !periods.isEmpty
        let hosts = WebAddress("evidence", "hosts.csv")
        reports =
            [
                Report(
                    title: "Every node, in the columns of SSM's patch report",
                    note: "as of now",
                    address: hosts.text
                ),
                Report(
                    title: "The fleet as the console shows it",
                    note: "as of now",
                    address: WebAddress("fleet.csv").text
                ),
            ]
            + cycles.filter { $0.state == "completed" }.map { cycle in
                Report(
                    title: "Report of \(cycle.id)",
                    note: cycle.endedAt.map { "as of \(TimeText.utc($0))" } ?? "",
                    address: WebAddress("evidence", "cycles", "\(cycle.id).csv").text
                )
            }
        self.sites = sites.map { Report(title: $0, note: "", address: hosts.with("site", $0).text) }
        hasSites = !sites.isEmpty
    }

    // MARK: - Steps

    private static func facts(_ log: LogStanding) -> [Fact] {
        [
            Fact(name: "Commits", value: Figures.grouped(Int(log.commits))),
            Fact(name: "Shards with commits", value: "\(log.heads.count) of 256"),
            Fact(
                name: "Last commits sealed",
                value: "\(Figures.grouped(log.heads.count - log.unsealed.count)) of \(Figures.grouped(log.heads.count))"
            ),
            Fact(name: "First commit", value: log.firstAt.map(TimeText.utc) ?? "none"),
            Fact(name: "Last commit", value: log.lastAt.map(TimeText.utc) ?? "none"),
        ]
    }

    /// The months of UTC that the log is of, the newest first.
    private static func periods(from first: Timestamp?, to now: Timestamp) -> [Period] {
        guard let first else { return [] }
        let (begin, end) = (CivilDate(daysSince1970: first.day), CivilDate(daysSince1970: now.day))
        let months =
            begin.year * 12 + begin.month - 1...max(end.year * 12 + end.month, begin.year * 12 + begin.month) - 1
        return months.reversed().prefix(mostPeriods).map { number in
            let month = "\(number / 12)-\(number % 12 < 9 ? "0" : "")\(number % 12 + 1)"
            let isOver = number < end.year * 12 + end.month - 1
            return Period(
                month: month,
                badge: StateBadge(isOver ? "done" : "running"),
                command: "ringmaster evidence build --period \(month) --to evidence-\(month)"
            )
        }
    }
}
