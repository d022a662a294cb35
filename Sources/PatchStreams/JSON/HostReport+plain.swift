import Domain
import Time

/// A report in its two places, a message and an event, written and read without a general coder.
enum PlainReport {
    /// Far above an ordinary report.
    private static let usualBytes = 1_024

    /// The body of the message `report`; nil for what is not plain.
    static func body(_ report: HostReport, node: String) -> String? {
        text { writer throws(PlainJSON.Unusual) in
            writer.raw("{\"report\":{\"_0\":")
            try writer.append(report)
            writer.raw(",\"node\":")
            try writer.string(node)
            writer.raw("}}")
        }
    }

    static func message(_ body: String) -> RolloutMessage? {
        read(body, of: "report") { reader throws(PlainJSON.Unusual) in
            var (report, node): (HostReport?, String?)
            try reader.object { key, reader throws(PlainJSON.Unusual) in
                switch key {
                case "_0": report = try HostReport(&reader)
                case "node": node = try reader.string()
                default: throw PlainJSON.Unusual()
                }
            }
            guard let report, let node else { throw PlainJSON.Unusual() }
            return .report(report, node: node)
        }
    }

    /// The data of the event `hostReported`; nil for what is not plain.
    static func data(_ report: HostReport, at moment: Timestamp) -> String? {
        text { writer throws(PlainJSON.Unusual) in
            writer.raw("{\"hostReported\":{\"_0\":")
            try writer.append(report)
            writer.raw(",\"at\":")
            writer.integer(moment.microseconds)
            writer.raw("}}")
        }
    }

    static func event(_ data: String) -> RolloutEvent? {
        read(data, of: "hostReported") { reader throws(PlainJSON.Unusual) in
            var (report, moment): (HostReport?, Timestamp?)
            try reader.object { key, reader throws(PlainJSON.Unusual) in
                switch key {
                case "_0": report = try HostReport(&reader)
                case "at": moment = Timestamp(microseconds: try reader.integer())
                default: throw PlainJSON.Unusual()
                }
            }
            guard let report, let moment else { throw PlainJSON.Unusual() }
            return .hostReported(report, at: moment)
        }
    }

    // MARK: - Steps

    private static func text(_ write: (inout PlainJSONWriter) throws(PlainJSON.Unusual) -> Void) -> String? {
        var writer = PlainJSONWriter(capacity: usualBytes)
        do throws(PlainJSON.Unusual) {
            try write(&writer)
            return writer.text
        } catch {
            return nil
        }
    }

    /// Reads an object whose one key is the name of the case.
    private static func read<Value>(
        _ text: String,
        of name: String,
        _ content: (inout PlainJSONReader) throws(PlainJSON.Unusual) -> Value
    ) -> Value? {
        var reader = PlainJSONReader(text)
        var value: Value?
        do throws(PlainJSON.Unusual) {
            try reader.object { key, reader throws(PlainJSON.Unusual) in
                guard key == name, value == nil else { throw PlainJSON.Unusual() }
                value = try content(&reader)
            }
            try reader.end()
            return value
        } catch {
            return nil
        }
    }
}

extension HostReport {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        var (index, attempt, sequence): (Int?, Int?, Int?)
        var (happenedAt, fact): (Timestamp?, HostFact?)
        try reader.object { key, reader throws(PlainJSON.Unusual) in
            switch key {
            case "i": index = Int(try reader.integer())
            case "a": attempt = Int(try reader.integer())
            case "q": sequence = Int(try reader.integer())
            case "t": happenedAt = Timestamp(microseconds: try reader.integer())
            case "f": fact = try PlainFact(&reader).fact
            default: throw PlainJSON.Unusual()
            }
        }
        guard let index, let attempt, let sequence, let happenedAt, let fact else { throw PlainJSON.Unusual() }
        self.init(index: index, attempt: attempt, sequence: sequence, happenedAt: happenedAt, fact: fact)
    }
}

extension PlainJSONWriter {
    fileprivate mutating func append(_ report: HostReport) throws(PlainJSON.Unusual) {
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
