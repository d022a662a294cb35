package import CoreMetrics
import Tracing

/// What an engine counts while it works: once per flush or renewal, never per message.
package struct EngineMetrics: Sendable {
    /// What became of a shard.
    enum ShardChange: String, CaseIterable {
        case taken
        /// To an engine that has fewer.
        case released
        /// Its lease ended, or another engine took it.
        case lost
        /// Another engine has written its log.
        case fenced
    }

    /// What each label means.
    package static let help = [
        "engine_flush_duration_seconds": "How long writing one flush took, from sending it to its COMMIT.",
        "engine_flush_rows": "Rows that one flush wrote: commits, answers, orders, tasks, messages and their removals.",
        "engine_flush_bytes": "Bytes of the events, orders, tasks and messages of one flush.",
        "engine_flush_failures_total": "Flushes that were not written, or whose outcome was not known at first.",
        "engine_decide_duration_seconds": "How long deciding one flush took.",
        "engine_decided_messages_total": "Messages that were decided and written, refused ones included.",
        "engine_set_aside_messages_total": "Messages and wake-ups that could not be decided and were set aside.",
        "engine_wake_lag_seconds": "How late the latest of the streams was that were woken for one flush.",
        "engine_shard_changes_total": "Shards that this engine took, released, lost, or was fenced off from.",
        "engine_owned_shards": "Shards that this engine owns, of 256.",
        "engine_backlog_messages": "Messages that this engine holds in memory and has not decided.",
    ]

    private let flushDuration: Timer
    private let flushRows: Recorder
    private let flushBytes: Recorder
    private let flushFailures: Counter
    private let decideDuration: Timer
    private let decided: Counter
    private let setAside: Counter
    private let wakeLag: Timer
    private let shardChanges: [ShardChange: Counter]
    private let ownedShards: Gauge
    private let backlog: Gauge

    /// - Parameter factory: nowhere if not given.
    package init(factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        flushDuration = Timer(label: "engine_flush_duration_seconds", factory: factory)
        flushRows = Recorder(label: "engine_flush_rows", factory: factory)
        flushBytes = Recorder(label: "engine_flush_bytes", factory: factory)
        flushFailures = Counter(label: "engine_flush_failures_total", factory: factory)
        decideDuration = Timer(label: "engine_decide_duration_seconds", factory: factory)
        decided = Counter(label: "engine_decided_messages_total", factory: factory)
        setAside = Counter(label: "engine_set_aside_messages_total", factory: factory)
        wakeLag = Timer(label: "engine_wake_lag_seconds", factory: factory)
        let changes = ShardChange.allCases.map { change in
            let dimensions = [("change", change.rawValue)]
            return (change, Counter(label: "engine_shard_changes_total", dimensions: dimensions, factory: factory))
        }
        shardChanges = Dictionary(changes) { first, _ in first }
        ownedShards = Gauge(label: "engine_owned_shards", factory: factory)
        backlog = Gauge(label: "engine_backlog_messages", factory: factory)
    }

    // MARK: - Recording

    func decided(in duration: Duration, wakeLag lag: Duration?) {
        decideDuration.recordNanoseconds(duration.nanoseconds)
        if let lag { wakeLag.recordNanoseconds(lag.nanoseconds) }
    }

    func wrote(_ flush: Flush, in duration: Duration) {
        let size = flush.size
        flushDuration.recordNanoseconds(duration.nanoseconds)
        flushRows.record(size.rows)
        flushBytes.record(size.bytes)
        decided.increment(by: size.answers)
        setAside.increment(by: size.setAside)
    }

    func flushFailed() { flushFailures.increment() }

    func changed(_ shards: Int, _ change: ShardChange) {
        if shards > 0 { shardChanges[change]?.increment(by: shards) }
    }

    func holds(shards: Int, backlog messages: Int) {
        ownedShards.record(shards)
        backlog.record(messages)
    }
}

/// What a flush measures.
struct FlushSize: Equatable {
    var rows = 0
    var bytes = 0
    var answers = 0
    var setAside = 0
}

extension Flush {
    var size: FlushSize {
        var size = FlushSize()
        for part in parts {
            size.answers += part.answers.count
            size.setAside += part.setAside.count
            size.rows += part.commits.count + part.answers.count + part.streams.count + part.orders.count
            size.rows += part.retractions.count + part.withdrawals.count + part.tasks.count
            size.rows += part.messages.count + part.setAside.count
            for commit in part.commits { size.bytes += commit.events.utf8.count }
            for order in part.orders { size.bytes += order.body.utf8.count }
            for task in part.tasks { size.bytes += task.body.utf8.count }
            for message in part.messages { size.bytes += message.body.utf8.count }
        }
        return size
    }
}

extension Flush {
    /// What a trace says of it.
    func describe(_ span: any Tracing.Span) {
        let size = size
        span.attributes["ringmaster.shards"] = parts.count
        span.attributes["ringmaster.commits"] = parts.reduce(0) { $0 + $1.commits.count }
        span.attributes["ringmaster.rows"] = size.rows
        span.attributes["ringmaster.bytes"] = size.bytes
    }
}

extension Duration {
    /// Whole nanoseconds, as many as an Int64 holds.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? .max : whole + attoseconds / 1_000_000_000
    }
}
