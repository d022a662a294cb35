import Time

/// A time as SSM's JSON has it: seconds since 1970, with a fraction of milliseconds.
struct EpochSeconds: Codable, Equatable, Sendable {
    let moment: Timestamp

    init(_ moment: Timestamp) { self.moment = moment }

    init(from decoder: any Decoder) throws {
        let seconds = try decoder.singleValueContainer().decode(Double.self)
        moment = Timestamp(microseconds: Int64(exactly: (seconds * 1_000_000).rounded()) ?? .max)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(moment.microseconds / 1_000) / 1_000)
    }
}
