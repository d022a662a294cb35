package import ReadModels

/// The engines as `engine status` shows them.
package struct EnginePage: Sendable {
    private let engine: EngineView

    package init(_ engine: EngineView) { self.engine = engine }

    package func lines(_ style: OutputStyle) -> [String] {
        summary(style) + engines(style) + shards(style) + setAside(style) + settlements(style)
    }

    /// What was done with a message, by whom and when.
    package static func sentence(_ settlement: SettlementView) -> String {
        let (message, past) = (settlement.message, settlement.verb == "retry" ? "retried" : "discarded")
        let reason = settlement.reason.map { ": \($0)" } ?? ""
        let when = settlement.at.toTheSecond
        return "message \(message.id) to \(message.stream) was \(past) by \(settlement.by) at \(when)\(reason)"
            .printable
    }

    // MARK: - Steps

    private func summary(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        let age = engine.oldestAgeSeconds.map { ", the oldest for \(Self.span($0))" } ?? ""
        fields.append("waiting", "\(engine.waiting)\(age)")
        fields.append("unowned shards", "\(engine.unownedShards)", tone: engine.unownedShards > 0 ? .bad : .plain)
        if !engine.unsealedShards.isEmpty {
            let shards = engine.unsealedShards.map { "\($0)" }.joined(separator: ", ")
            fields.append("shards without a seal", "\(shards): they stand still; the servers' logs say why", tone: .bad)
        }
        let tasks = engine.tasks
        fields.append(
            "tasks",
            "\(tasks.due) due, \(tasks.running) running, \(tasks.scheduled) scheduled, \(tasks.dead) given up"
        )
        fields.append("set aside", "\(engine.setAsideCount)", tone: engine.setAsideCount > 0 ? .warning : .plain)
        return fields.lines(style)
    }

    private func engines(_ style: OutputStyle) -> [String] {
        guard !engine.engines.isEmpty else {
            return ["", "No engine runs: nothing is decided. `ringmaster serve` runs one."]
        }
        var table = Table([
            .init("ENGINE", importance: 4, isWhole: true),
            .init("SHARDS", importance: 3, alignment: .right),
            .init("LEASE", importance: 2, isWhole: true),
            .init("STARTED", importance: 1),
        ])
        for process in engine.engines {
            let lease = Self.span(abs(process.leaseSeconds))
            table.append([
                .init(process.id),
                .init("\(process.shards)"),
                process.isAlive ? .init("ends in \(lease)") : .init("ended \(lease) ago", tone: .bad),
                .init(process.startedAt.toTheSecond),
            ])
        }
        return [""] + table.lines(style)
    }

    private func shards(_ style: OutputStyle) -> [String] {
        guard !engine.worstShards.isEmpty else { return [] }
        var table = Table([
            .init("SHARD", importance: 3, alignment: .right),
            .init("WAITING", importance: 2, alignment: .right),
            .init("OLDEST", importance: 1, alignment: .right),
        ])
        for lag in engine.worstShards {
            table.append([.init("\(lag.shard)"), .init("\(lag.waiting)"), .init(Self.span(lag.oldestAgeSeconds))])
        }
        return [""] + table.lines(style)
    }

    private func setAside(_ style: OutputStyle) -> [String] {
        guard !engine.setAside.isEmpty else { return [] }
        var table = Table([
            .init("MESSAGE", importance: 5, isWhole: true),
            .init("STREAM", importance: 4, isWhole: true),
            .init("KIND", importance: 1),
            .init("ERROR", importance: 3),
            .init("SINCE", importance: 2),
        ])
        for message in engine.setAside {
            table.append([
                .init(message.id), .init(message.stream), .init(message.kind), .init(message.error, tone: .bad),
                .init(message.since.toTheSecond),
            ])
        }
        return [""] + table.lines(style)
    }

    private func settlements(_ style: OutputStyle) -> [String] {
        guard !engine.settlements.isEmpty else { return [] }
        let sentences = engine.settlements.map { style.paint(Self.sentence($0), .faint) }
        return [""] + sentences
    }

    /// `1.2s`, `34s`, `5m`, `6h`, `7d`.
    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<10: "\((seconds * 10).rounded() / 10)s"
        case ..<120: "\(Int(seconds))s"
        case ..<7_200: "\(Int(seconds / 60))m"
        case ..<172_800: "\(Int(seconds / 3_600))h"
        default: "\(Int(min(seconds / 86_400, 1e9)))d"
        }
    }
}
