import DurableStreams
import Postgres
import Prometheus
import ReadModels
import Telemetry
import Time

/// What is asked for when somebody reads the page.
extension MetricFamily {
    /// Stages by name; those of later names are put together.
    private static let stageLimit = 40

    static func pools(_ pools: [(name: String, statistics: PoolStatistics)]) -> [Self] {
        func series(_ value: (PoolStatistics) -> Double) -> [Series] {
            pools.map { Series([Label("pool", $0.name)], .number(value($0.statistics))) }
        }
        let connections = pools.flatMap { name, pool in
            [("in-use", pool.open - pool.idle), ("idle", pool.idle), ("opening", pool.opening)].map { state, count in
                Series([Label("pool", name), Label("state", state)], .number(Double(count)))
            }
        }
        return [
            Self(
                "postgres_connections",
                help: "Connections to PostgreSQL by pool and state.",
                kind: .gauge,
                series: connections
            ),
            Self(
                "postgres_pool_waiting",
                help: "Callers that stand in line for a connection now.",
                kind: .gauge,
                series: series { Double($0.waiting) }
            ),
            Self(
                "postgres_pool_waits_total",
                help: "Callers that had to stand in line for a connection.",
                kind: .counter,
                series: series { Double($0.waits) }
            ),
            Self(
                "postgres_pool_wait_seconds_total",
                help: "How long callers stood in line for a connection, all together.",
                kind: .counter,
                series: series { $0.waited / .seconds(1) }
            ),
        ]
    }

    static func spans(_ counts: SpanExporter.Counts) -> Self {
        let outcomes = [("sent", counts.sent), ("dropped", counts.dropped), ("failed", counts.failed)]
        return Self(
            "trace_spans_total",
            help: "Spans by outcome: sent, dropped for too many waited, failed for the receiver did not take them.",
            kind: .counter,
            series: outcomes.map { Series([Label("outcome", $0)], .number(Double($1))) }
        )
    }

    /// - Parameters:
    ///   - status: nil when it could not be sampled, as `figures`.
    static func sampled(_ status: StoreStatus?, _ figures: HostRunFigures?) -> [Self] {
        let up = Self(
            "sample_up",
            help: "1 when the database could be sampled for these metrics, 0 when they are missing.",
            kind: .gauge,
            series: [
                Series([Label("sample", "engines")], .number(status == nil ? 0 : 1)),
                Series([Label("sample", "host-runs")], .number(figures == nil ? 0 : 1)),
            ]
        )
        return [up] + (status.map(store) ?? []) + (figures.map { hostRuns($0, at: status?.now) } ?? [])
    }

    private static func store(_ status: StoreStatus) -> [Self] {
        let tasks = status.tasks
        let states = [
            ("scheduled", tasks.scheduled), ("due", tasks.due), ("running", tasks.running), ("dead", tasks.dead),
        ]
        let living = status.engines.filter { $0.until > status.now }
        let owned = living.reduce(0) { $0 + $1.shards }
        return [
            gauge(
                "inbox_messages",
                help:
                    "Messages in all inboxes, counted up to 100000; messages of an engine's own process are not among them.",
                Double(status.waiting)
            ),
            gauge(
                "inbox_oldest_age_seconds",
                help: "How long the oldest message has waited in its inbox; 0 when none waits.",
                status.oldestMessage.map { status.age(of: $0) } ?? 0
            ),
            gauge("engines", help: "Engine processes that live.", Double(living.count)),
            gauge(
                "shards_unowned",
                help: "Shards that no living engine holds: nothing is decided in them.",
                Double(Shard.count - owned)
            ),
            gauge(
                "set_aside_messages",
                help: "Messages that are set aside and not settled, counted up to 100000.",
                Double(status.setAside)
            ),
            Self(
                "tasks",
                help: "Tasks of workers by state, counted up to 100000.",
                kind: .gauge,
                series: states.map { Series([Label("state", $0)], .number(Double($1))) }
            ),
        ]
    }

    /// - Parameter now: by the database's clock; without it the age is not known.
    private static func hostRuns(_ figures: HostRunFigures, at now: Timestamp?) -> [Self] {
        var counts: [[Label]: Double] = [:]
        for (index, stage) in figures.hostRuns.keys.sorted().enumerated() {
            let name = index < stageLimit ? stage : "other"
            for (state, count) in figures.hostRuns[stage] ?? [:] {
                counts[[Label("stage", name), Label("state", state)], default: 0] += Double(count)
            }
        }
        var families = [
            Self(
                "host_runs",
                help: "Host runs of the cycles under way, by stage and state.",
                kind: .gauge,
                series: counts.map { Series($0, .number($1)) }
            ),
            Self(
                "cycles",
                help: "Cycles under way by state.",
                kind: .gauge,
                series: figures.cycles.map { Series([Label("state", $0)], .number(Double($1))) }
            ),
            gauge(
                "orders_undelivered",
                help: "Orders of the cycles under way that no host has accepted yet.",
                Double(figures.undelivered)
            ),
        ]
        if let now {
            let age = figures.oldestUndelivered.map { max(0, (now - $0) / .seconds(1)) }
            families.append(
                gauge(
                    "orders_oldest_undelivered_age_seconds",
                    help: "How long ago the oldest of them was given; 0 when there is none.",
                    age ?? 0
                )
            )
        }
        return families
    }
}
