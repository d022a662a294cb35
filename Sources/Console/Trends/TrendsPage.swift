import ReadModels
import Time

/// How the fleet has stood day by day, and how long patches took: as charts, and as the tables that they are drawn of.
struct TrendsPage: Sendable {
    struct Day: Sendable {
        var date: String
        var unknown: String
        var nonCompliant: String
        var compliant: String
        var percent: String
    }

    struct Latency: Sendable {
        var ring: String
        var installs: String
        var median: String
        var most: String
        var inTime: String
        var undated: String
    }

    /// Days that can be looked at.
    static let spans = [30, 90, 365]

    var frame: Frame
    var sites: [FleetPage.Choice]
    var rings: [FleetPage.Choice]
    var baselines: [FleetPage.Choice]
    var spans: [FleetPage.Choice]
    var chart: String
    var sentence: String
    /// The newest first.
    var days: [Day]
    var hasDays: Bool
    var latencyChart: String
    var latencySentence: String
    var latencies: [Latency]
    var hasLatencies: Bool

    /// - Parameters:
    ///   - span: how many days are looked at.
    ///   - series: the oldest first.
    init(
        _ filter: SeriesFilter,
        span: Int,
        series: [ComplianceDay],
        choices: SeriesChoices,
        latencies: [PatchLatency],
        for visit: Visit
    ) {
        frame = Frame("Trends", at: .trends, of: visit)
        sites = FleetPage.choices(choices.sites, chosen: filter.site)
        rings = FleetPage.choices(choices.rings, chosen: filter.ring)
        baselines = FleetPage.choices(choices.baselines, chosen: filter.baseline)
        spans = Self.spans.map { FleetPage.Choice(value: "\($0)", title: "\($0) days", isChosen: $0 == span) }
        chart = series.isEmpty ? "" : ShareChart(series, sentence: Self.sentence(series)).svg
        sentence = Self.sentence(series)
        days = series.reversed().map(Day.init)
        hasDays = !series.isEmpty
        latencyChart = AgeingChart(latencies)?.svg ?? ""
        latencySentence = Self.sentence(latencies)
        self.latencies = latencies.map(Latency.init)
        hasLatencies = !latencies.isEmpty
    }

    // MARK: - Steps

    private static func sentence(_ series: [ComplianceDay]) -> String {
        guard let first = series.first, let last = series.last else {
            return "No day of this has ended since the series began; the first one is kept when it does (UTC)."
        }
        guard let percent = Figures.percent(last.compliant, of: last.nodes) else { return "There were no nodes." }
        let now = "\(percent) of \(Figures.count(last.nodes, "node")) proved COMPLIANT at the end of \(last.date)"
        guard first.day < last.day, let before = Figures.percent(first.compliant, of: first.nodes) else {
            return now + "."
        }
        return "\(now), and \(before) at the end of \(first.date)."
    }

    private static func sentence(_ latencies: [PatchLatency]) -> String {
        let installs = latencies.reduce(0) { $0 + $1.count }
        let undated = latencies.reduce(0) { $0 + $1.undated }
        guard installs + undated > 0 else { return "Nothing was installed in these days." }
        return "\(Figures.count(installs, "installation")) whose publication is known, by whole days; of "
            + "\(Figures.grouped(undated)) others no advisory tells it."
    }
}

extension TrendsPage.Day {
    init(_ day: ComplianceDay) {
        date = day.date
        unknown = Figures.grouped(day.unknown)
        nonCompliant = Figures.grouped(day.nonCompliant)
        compliant = Figures.grouped(day.compliant)
        percent = Figures.percent(day.compliant, of: day.nodes) ?? ""
    }
}

extension TrendsPage.Latency {
    /// Days within which critical fixes are due where the policy says nothing else.
    private static let due = 14

    init(_ latency: PatchLatency) {
        func days(_ share: Double) -> String { latency.days(within: share).map { Figures.count($0, "day") } ?? "" }
        ring = latency.ring
        installs = Figures.grouped(latency.count)
        median = days(0.5)
        most = days(0.9)
        let early = latency.installs.filter { $0.days <= Self.due }.reduce(0) { $0 + $1.nodes }
        inTime = Figures.percent(early, of: latency.count) ?? ""
        undated = Figures.grouped(latency.undated)
    }
}

extension ComplianceDay {
    /// As in `2026-11-25`.
    var date: String { String("\(Timestamp(microseconds: day * 86_400_000_000))".prefix(10)) }
}

extension ShareChart {
    /// - Parameter series: not empty, the oldest first.
    fileprivate init(_ series: [ComplianceDay], sentence: String) {
        let first = series.first?.day ?? 0
        let count = Int((series.last?.day ?? first) - first) + 1
        func counts(_ figure: (ComplianceDay) -> Int) -> [Int] {
            series.reduce(into: [Int](repeating: 0, count: count)) { $0[Int($1.day - first)] = figure($1) }
        }
        self.init(
            label: "Compliance by day: \(sentence)",
            parts: [
                Part(tone: "good", name: "COMPLIANT", counts: counts(\.compliant)),
                Part(tone: "bad", name: "NON_COMPLIANT", counts: counts(\.nonCompliant)),
                Part(tone: "warn", name: "UNKNOWN", counts: counts(\.unknown)),
            ],
            ends: (series.first?.date ?? "", series.last?.date ?? "")
        )
    }
}

extension AgeingChart {
    /// Installations by how long they took; nil when there are none.
    fileprivate init?(_ latencies: [PatchLatency]) {
        let buckets: [(String, ClosedRange<Int>, String)] = [
            ("0–7 days", 0...7, "good"), ("8–14 days", 8...14, "busy"), ("15–30 days", 15...30, "warn"),
            ("31–60 days", 31...60, "bad"), ("over 60", 61...Int.max, "bad"),
        ]
        let installs = latencies.flatMap(\.installs)
        guard !installs.isEmpty else { return nil }
        self.init(
            title: "Installations by the time since publication",
            columns: buckets.map { name, days, tone in
                let count = installs.filter { days.contains($0.days) }.reduce(0) { $0 + $1.nodes }
                return Column(tone: tone, name: name, count: count)
            }
        )
    }
}
