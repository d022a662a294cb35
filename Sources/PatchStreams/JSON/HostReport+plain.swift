import Domain
import Time

/// The message `report`, written and read without a general coder.
enum PlainReport {
    /// Far above an ordinary report.
    private static let usualBytes = 1_024

    /// The message's body; nil for what is not plain.
    static func body(_ report: HostReport, node: String) -> String? {
        PlainJSONWriter.text(capacity: usualBytes) { writer throws(PlainJSON.Unusual) in
            writer.raw("{\"report\":{\"_0\":")
            try writer.append(report)
            writer.raw(",\"node\":")
            try writer.string(node)
            writer.raw("}}")
        }
    }

    static func message(_ body: String) -> RolloutMessage? {
        var reader = PlainJSONReader(body)
        do throws(PlainJSON.Unusual) {
            try reader.raw("{\"report\":{\"_0\":")
            let report = try HostReport(&reader)
            try reader.raw(",\"node\":")
            let node = try reader.string()
            try reader.raw("}}")
            try reader.end()
            return .report(report, node: node)
        } catch {
            return nil
        }
    }
}

extension HostReport {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"a\":")
        let attempt = Int(try reader.integer())
        try reader.raw(",\"f\":")
        let fact = try HostFact(&reader)
        try reader.raw(",\"i\":")
        let index = Int(try reader.integer())
        try reader.raw(",\"q\":")
        let sequence = Int(try reader.integer())
        try reader.raw(",\"t\":")
        let happenedAt = Timestamp(microseconds: try reader.integer())
        try reader.raw("}")
        self.init(index: index, attempt: attempt, sequence: sequence, happenedAt: happenedAt, fact: fact)
    }
}

extension PlainJSONWriter {
    mutating func append(_ report: HostReport) throws(PlainJSON.Unusual) {
        guard report.steps == nil else { throw PlainJSON.Unusual() }
        raw("{\"a\":")
        integer(Int64(report.attempt))
        raw(",\"f\":")
        try append(report.fact)
        raw(",\"i\":")
        integer(Int64(report.index))
        raw(",\"q\":")
        integer(Int64(report.sequence))
        raw(",\"t\":")
        integer(report.happenedAt.microseconds)
        raw("}")
    }
}
