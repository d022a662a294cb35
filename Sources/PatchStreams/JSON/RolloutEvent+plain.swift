import Domain
import Time

/// The events of which a rollout has many, and its opening, which is long: written and read without a general coder.
enum PlainRolloutEvent {
    /// Far above an ordinary report.
    private static let usualBytes = 1_024

    /// The event's data; nil for what is not plain.
    static func data(of event: RolloutEvent) -> String? {
        switch event {
        case .hostReported(let report, let at):
            PlainJSONWriter.text(capacity: usualBytes) { writer throws(PlainJSON.Unusual) in
                writer.raw("{\"hostReported\":{\"_0\":")
                try writer.append(report)
                writer.raw(",\"at\":")
                writer.integer(at.microseconds)
                writer.raw("}}")
            }
        case .hostsOrdered(let first, let count, let expires, let at):
            PlainJSONWriter.text(capacity: usualBytes) { writer in
                writer.raw("{\"hostsOrdered\":{\"at\":")
                writer.integer(at.microseconds)
                writer.raw(",\"count\":")
                writer.integer(Int64(count))
                writer.raw(",\"expires\":")
                writer.integer(expires.microseconds)
                writer.raw(",\"first\":")
                writer.integer(Int64(first))
                writer.raw("}}")
            }
        default: nil
        }
    }

    static func event(_ data: String) -> RolloutEvent? {
        var reader = PlainJSONReader(data)
        do throws(PlainJSON.Unusual) {
            let event = try RolloutEvent(&reader)
            try reader.end()
            return event
        } catch {
            return nil
        }
    }

    /// Evolves the rollout by the event whose data begins at `start`, and tells where it ends; nil for what is not plain.
    static func evolve(_ rollout: inout Rollout, _ bytes: [UInt8], from start: Int) -> Int? {
        var reader = PlainJSONReader(bytes, from: start, for: .fold)
        do throws(PlainJSON.Unusual) {
            rollout.evolve(try RolloutEvent(&reader))
            return reader.offset
        } catch {
            return nil
        }
    }
}

extension RolloutEvent {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        if reader.take("{\"hostReported\":{\"_0\":") {
            let report = try HostReport(&reader)
            try reader.raw(",\"at\":")
            self = .hostReported(report, at: Timestamp(microseconds: try reader.integer()))
        } else if reader.take("{\"hostsOrdered\":{\"at\":") {
            let at = Timestamp(microseconds: try reader.integer())
            try reader.raw(",\"count\":")
            let count = Int(try reader.integer())
            try reader.raw(",\"expires\":")
            let expires = Timestamp(microseconds: try reader.integer())
            try reader.raw(",\"first\":")
            self = .hostsOrdered(first: Int(try reader.integer()), count: count, expires: expires, at: at)
        } else {
            try reader.raw("{\"opened\":{\"_0\":")
            // The state keeps it whole.
            reader.purpose = .decode
            let spec = try RolloutSpec(&reader)
            try reader.raw(",\"at\":")
            self = .opened(spec, at: Timestamp(microseconds: try reader.integer()))
        }
        try reader.raw("}}")
    }
}
