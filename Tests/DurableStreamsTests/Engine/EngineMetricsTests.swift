import DurableStreams
import Prometheus
import Testing
import Time

/// An engine counts what it does.
@Suite(.timeLimit(.minutes(10)))
struct EngineMetricsTests {
    private let savings = account("savings")

    /// The figure of a counter or gauge, or how many values a histogram has.
    private func figure(_ registry: MetricRegistry, _ name: String, _ labels: [Label] = []) -> Double? {
        let series = registry.snapshot.first { $0.name == name }?.series.first { $0.labels == labels }
        return switch series?.value {
        case .number(let value): value
        case .histogram(let histogram): Double(histogram.counts.reduce(0, +))
        case nil: nil
        }
    }

    @Test("Flushes, decisions, wake-ups and shards are counted, and every metric has its help")
    func counted() async throws {
        let registry = MetricRegistry(help: EngineMetrics.help)
        try await StoreKind.postgres.with { store in
            let engine = TestEngine("one", store: store, metrics: EngineMetrics(factory: registry))
            try await engine.running {
                for number in 1...3 { _ = try await engine.ask("\(number)", savings, .deposit(1)) }
                _ = try await engine.ask("bad", savings, .writeBadEvent)
                _ = try await engine.ask("remind", savings, .remind(at: wallTime() + .milliseconds(20)))
                try await eventually { figure(registry, "engine_wake_lag_seconds") == 1 }
                try await eventually { figure(registry, "engine_owned_shards") == 256 }
            }
        }
        #expect(figure(registry, "engine_decided_messages_total") == 5)
        #expect(figure(registry, "engine_set_aside_messages_total") == 1)
        #expect(figure(registry, "engine_shard_changes_total", [Label("change", "taken")]) == 256)
        #expect(figure(registry, "engine_shard_changes_total", [Label("change", "fenced")]) == 0)
        #expect(figure(registry, "engine_flush_failures_total") == 0)
        let flushes = try #require(figure(registry, "engine_flush_duration_seconds"))
        #expect(flushes >= 5)
        #expect(figure(registry, "engine_flush_rows") == flushes)
        #expect(figure(registry, "engine_flush_bytes") == flushes)
        #expect(figure(registry, "engine_decide_duration_seconds") == flushes)
        #expect(Set(registry.snapshot.map(\.name)) == Set(EngineMetrics.help.keys))
        #expect(registry.refusedSeries == 0)
    }

    @Test("A rival's commit is counted as a flush that failed and a shard that was fenced off")
    func fenced() async throws {
        let registry = MetricRegistry(help: EngineMetrics.help)
        try await StoreKind.memory.with { store in
            let engine = TestEngine("one", store: store, metrics: EngineMetrics(factory: registry))
            try await engine.running {
                _ = try await engine.ask("1", savings, .deposit(1))
                let head = try await store.heads(of: [savings.shard])[0]
                try await store.append(Flush(parts: [FlushPart(after: head, [(account("rival"), 1)])]))
                _ = try await engine.ask("2", savings, .deposit(1))
            }
        }
        #expect(figure(registry, "engine_flush_failures_total") == 1)
        #expect(figure(registry, "engine_shard_changes_total", [Label("change", "fenced")]) == 1)
        #expect(figure(registry, "engine_shard_changes_total", [Label("change", "taken")]) == 257)
    }
}
