import API
import DurableStreams
import Logging
import Postgres
import Prometheus
import ReadModels
import Telemetry

/// Everything that one server process tells Prometheus.
///
/// What the process does itself is counted where it happens. What stands in the database is sampled when somebody asks, over a
/// connection of its own and with a limit to each statement, and kept for a while.
final class ServerMetrics: Sendable {
    private static let prefix = "ringmaster_"
    /// How long counting host runs may take.
    private static let patience = Duration.seconds(4)

    let registry: MetricRegistry
    private let pools: [(name: String, client: PostgresClient)]
    private let readModels: StoppedShards
    private let spans: SpanExporter?
    private let samples: (engines: Sampled<StoreStatus>, hostRuns: Sampled<HostRunFigures>)?

    /// - Parameters:
    ///   - pools: the process's clients, by what they are for.
    ///   - readModels: where they stand still.
    ///   - spans: nil where no traces are made.
    ///   - sampling: a client of ``PostgresConfiguration/ofSampling(_:)``; nil to leave the database to other processes.
    init(
        registry: MetricRegistry,
        pools: [(name: String, client: PostgresClient)],
        readModels: StoppedShards,
        spans: SpanExporter?,
        sampling: PostgresClient?,
        logger: Logger
    ) {
        self.registry = registry
        self.readModels = readModels
        self.spans = spans
        self.pools = pools + (sampling.map { [("sampling", $0)] } ?? [])
        samples = sampling.map { client in
            let store = PostgresStore.unchecked(client: client)
            let engines = Sampled("engines", logger: logger) { try await store.status() }
            let hostRuns = Sampled("host-runs", logger: logger) {
                try await HostRunCounter(client: client).count(until: .now + Self.patience)
            }
            return (engines, hostRuns)
        }
    }

    static func registry() -> MetricRegistry { MetricRegistry(help: EngineMetrics.help) }

    var page: MetricsPage {
        MetricsPage(contentType: TextFormat.contentType) {
            TextFormat.text(await self.families(), prefix: Self.prefix)
        }
    }

    // MARK: - Steps

    private func families() async -> [MetricFamily] {
        var families = registry.snapshot
        var statistics: [(name: String, statistics: PoolStatistics)] = []
        for (name, client) in pools { statistics.append((name, await client.statistics())) }
        families += MetricFamily.pools(statistics)
        families.append(
            MetricFamily(
                "read_models_stopped_shards",
                help: "Shards that this process's read models stand still in, for a commit there cannot be taken.",
                kind: .gauge,
                series: [.init([], .number(Double(readModels.all.count)))]
            )
        )
        families.append(.spans(spans?.counts ?? SpanExporter.Counts()))
        families.append(
            MetricFamily(
                "metrics_refused_total",
                help: "Series that were not recorded, for there were too many; a defect.",
                kind: .counter,
                series: [.init([], .number(Double(registry.refusedSeries)))]
            )
        )
        guard let samples else { return families }
        return families + MetricFamily.sampled(await samples.engines.current(), await samples.hostRuns.current())
    }
}

extension PostgresConfiguration {
    /// For sampling: one connection, so that it takes none from others, and statements that end soon.
    static func ofSampling(_ conninfo: String) -> Self {
        var configuration = Self(conninfo: conninfo)
        configuration.maxConnections = 1
        configuration.acquireTimeout = .seconds(3)
        configuration.connectTimeout = .seconds(3)
        configuration.sessionSettings["statement_timeout"] = "1s"
        configuration.sessionSettings["lock_timeout"] = "1s"
        return configuration
    }
}
