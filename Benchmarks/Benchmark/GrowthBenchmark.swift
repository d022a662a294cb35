import ArgumentParser
import Postgres

/// What a month leaves behind.
struct GrowthBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Sizes and dead rows of tables over consecutive cycles of one fleet, and log bytes per host outcome.",
        discussion: "Goal size: --cycles 20 --hosts 100000."
    )

    /// From this cycle to the last the hot tables should keep their sizes.
    private static let settled = 5

    @Option(help: "Cycles, one after the other.")
    var cycles = 10

    @Option(help: "Hosts of the fleet.")
    var hosts = 5_000

    func run() async throws {
        let sites = max(1, hosts / 5_000 / CycleRound.rings.count)
        let workflows = ["benchmark": CycleRound.workflow(sites: sites)]
        let (tables, settings) = try await LocalControlPlane.with(workflows: workflows) { controlPlane in
            try await controlPlane.addNodes(hosts, sites: sites)
            let agents = try await LocalAgents(controlPlane)
            let round = CycleRound(controlPlane: controlPlane, agents: agents, hosts: hosts)
            var tables: [[TableSize]] = []
            for number in 1...cycles {
                let measured = try await round.run()
                tables.append(try await TableSize.all(controlPlane.engine.client))
                progress("cycle \(number): \(measured.seconds.rounded(toPlaces: 1)) s")
            }
            return (tables, try await Settings.read(controlPlane.engine.client))
        }
        let figures = GrowthFigures(hosts: hosts, tables: tables, settled: min(Self.settled, cycles))
        let bound = "autovacuum: it must keep up with what consuming and retracting leave behind"
        try Result(benchmark: "growth", settings: settings, figures: figures, bound: bound).print()
    }
}

/// A table with its indexes.
struct TableSize: Sendable {
    let name: String
    let kiB: Int
    let rows: Int
    let dead: Int

    static func all(_ client: PostgresClient) async throws -> [Self] {
        // Statistics of sessions that work arrive a little later.
        try await Task.sleep(for: .seconds(2))
        let sql = """
            SELECT relname::text, pg_total_relation_size(relid) / 1024, n_live_tup, n_dead_tup
            FROM pg_stat_user_tables
            ORDER BY relname
            """
        return try await client.query(.unprepared(sql)).map { row in
            Self(name: try row.get(0), kiB: try row.get(1), rows: try row.get(2), dead: try row.get(3))
        }
    }
}

struct GrowthFigures: Encodable {
    struct Table: Encodable {
        /// After the cycle from which on it should keep its size, and after the last.
        let settledKiB: Int
        let lastKiB: Int
        let growth: Double
        let rows: Int
        /// The most after any cycle.
        let mostDeadRows: Int
    }

    /// They hold what is under way, or one row for each node, stream or engine.
    private static let hot = [
        "inbox", "order", "task", "stream", "node_claim", "node_compliance", "projection_cursor", "lease", "engine",
    ]

    let cycles: Int
    let hosts: Int
    let hotTables: [String: Table]
    let otherTables: [String: Table]
    /// The commit table with its indexes, for each scan or install.
    let logBytesPerOutcome: Int

    init(hosts: Int, tables: [[TableSize]], settled: Int) {
        cycles = tables.count
        self.hosts = hosts
        var all: [String: Table] = [:]
        for last in tables.last ?? [] {
            let course = tables.compactMap { $0.first { $0.name == last.name } }
            let before = course[settled - 1].kiB
            all[last.name] = Table(
                settledKiB: before,
                lastKiB: last.kiB,
                growth: (Double(last.kiB) / Double(max(1, before))).rounded(toPlaces: 2),
                rows: last.rows,
                mostDeadRows: course.map(\.dead).max() ?? 0
            )
        }
        hotTables = all.filter { Self.hot.contains($0.key) }
        otherTables = all.filter { !Self.hot.contains($0.key) }
        logBytesPerOutcome = (all["commit"]?.lastKiB ?? 0) * 1_024 / (2 * hosts * tables.count)
    }
}
