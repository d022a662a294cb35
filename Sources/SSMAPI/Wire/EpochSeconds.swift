import Time

/// A time as SSM's JSON has it: seconds since 1970, with a fraction of milliseconds.
struct EpochSeconds: Codable, Equatable, Sendable {
    let moment: Timestamp

    init(_ moment: Timestamp) { self.moment = moment }

    init(from decoder: any Decoder) throws {
        let seconds = try decoder.singleValueContainer().decode(Double.self)
        let bounds = Self.seconds
        moment = Timestamp(
            microseconds: Int64((min(max(seconds, bounds.lowerBound), bounds.upperBound) * 1_000_000).rounded())
        )
    }

    /// As far as years have four digits.
    private static let seconds = -62_135_596_800.0...253_402_300_799

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(moment.microseconds / 1_000) / 1_000)
    }
}
