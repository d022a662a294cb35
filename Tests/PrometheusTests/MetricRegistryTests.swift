import CoreMetrics
import Prometheus
import Testing

@Suite("Metrics in memory")
struct MetricRegistryTests {
    private let registry = MetricRegistry(help: ["jobs_total": "Jobs that were done."])

    private func value(_ name: String, _ labels: [Label] = []) -> MetricFamily.Value? {
        registry.snapshot.first { $0.name == name }?.series.first { $0.labels == labels }?.value
    }

    @Test("Counters of one name and the same labels are one, in whatever order the labels come")
    func counters() {
        let dimensions = [("kind", "mail"), ("place", "here")]
        Counter(label: "jobs_total", dimensions: dimensions, factory: registry).increment(by: 2)
        Counter(label: "jobs_total", dimensions: dimensions.reversed(), factory: registry).increment()
        FloatingPointCounter(label: "time_total", factory: registry).increment(by: 0.5)
        #expect(value("jobs_total", [Label("kind", "mail"), Label("place", "here")]) == .number(3))
        #expect(value("time_total") == .number(0.5))
        let family = registry.snapshot.first { $0.name == "jobs_total" }
        #expect(family?.help == "Jobs that were done.")
        #expect(family?.kind == .counter)
    }

    @Test("Gauges and meters show the last value")
    func gauges() {
        let gauge = Gauge(label: "depth", factory: registry)
        gauge.record(3)
        gauge.record(1.5)
        let meter = Meter(label: "level", factory: registry)
        meter.set(5)
        meter.decrement()
        #expect(value("depth") == .number(1.5))
        #expect(value("level") == .number(4))
    }

    @Test(
        "Timers and recorders are distributions; a value on a bound is below it, one that is not finite is passed over"
    )
    func histograms() throws {
        let timer = Timer(label: "wait_seconds", factory: registry)
        for nanoseconds in [500_000, 1_000_000, 1_000_001, 90_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        let sizes = Recorder(label: "size_bytes", factory: registry)
        for size in [1.0, 2, .nan, .infinity] { sizes.record(size) }
        guard case .histogram(let waits) = value("wait_seconds"), case .histogram(let bytes) = value("size_bytes")
        else {
            Issue.record("they are no histograms")
            return
        }
        #expect(waits.bounds.prefix(2) == [0.001, 0.0025])
        #expect(waits.counts.prefix(2) == [2, 1])
        #expect(waits.counts.last == 1)
        #expect(abs(waits.sum - 90.002500001) < 1e-9)
        #expect(bytes.counts.reduce(0, +) == 2)
        #expect(bytes.sum == 3)
    }

    @Test("What is too many, or contradicts what is there, is recorded nowhere and counted")
    func bounded() {
        for number in 0..<150 {
            Counter(label: "many_total", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        #expect(registry.snapshot.first { $0.name == "many_total" }?.series.count == 100)
        #expect(registry.refusedSeries == 50)
        Gauge(label: "many_total", factory: registry).record(1)
        for (label, dimensions) in [
            ("1st", []), ("a-b", []), ("", []), ("x", [("le", "1")]), ("x", [("ä", "1")]),
            ("x", [("a", "1"), ("a", "2")]),
        ] as [(String, [(String, String)])] {
            Counter(label: label, dimensions: dimensions, factory: registry).increment()
        }
        #expect(registry.refusedSeries == 57)
        for number in 0..<300 { Counter(label: "c\(number)", factory: registry).increment() }
        #expect(registry.snapshot.count == 200)
    }

    @Test("A series that is destroyed is gone")
    func destroyed() {
        let counter = Counter(label: "jobs_total", dimensions: [("kind", "mail")], factory: registry)
        Counter(label: "jobs_total", dimensions: [("kind", "post")], factory: registry).increment()
        counter.destroy()
        #expect(value("jobs_total", [Label("kind", "mail")]) == nil)
        #expect(value("jobs_total", [Label("kind", "post")]) == .number(1))
    }

    @Test("Counting from many tasks loses nothing")
    func atOnce() async {
        let (counter, timer) = (
            Counter(label: "jobs_total", factory: registry), Timer(label: "wait_seconds", factory: registry)
        )
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        timer.recordNanoseconds(1_000)
                    }
                }
            }
        }
        #expect(value("jobs_total") == .number(8_000))
        guard case .histogram(let waits) = value("wait_seconds") else {
            Issue.record("it is no histogram")
            return
        }
        #expect(waits.counts[0] == 8_000)
    }
}
