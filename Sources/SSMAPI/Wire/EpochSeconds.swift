import Time

/// A time as SSM's JSON has it: seconds since 1970, with a fraction of milliseconds.
struct EpochSeconds: Encodable, Equatable, Sendable {
    let moment: Timestamp

    init(_ moment: Timestamp) { self.moment = moment }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(moment.microseconds / 1_000) / 1_000)
    }
}
