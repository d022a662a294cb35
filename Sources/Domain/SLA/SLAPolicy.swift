/// Within how long findings must be closed.
package struct SLAPolicy: Codable, Equatable, Sendable {
    /// From the vendor's publication; nil for no limit.
    package private(set) var criticalDays: Int?
    package private(set) var highDays: Int?
    package private(set) var mediumDays: Int?
    package private(set) var lowDays: Int?

    package static let days = 1...3_650

    /// Where a policy says nothing: 14 days for critical, 30 for high.
    package static let standard = Self()

    private init() { (criticalDays, highDays) = (14, 30) }

    /// - Throws: ``SLAPolicyProblem`` when a severity has less or more days than ``days``.
    package init(
        criticalDays: Int? = nil,
        highDays: Int? = nil,
        mediumDays: Int? = nil,
        lowDays: Int? = nil
    ) throws(SLAPolicyProblem) {
        for days in [criticalDays, highDays, mediumDays, lowDays].compactMap(\.self) where !Self.days.contains(days) {
            throw SLAPolicyProblem(days: days)
        }
        self.criticalDays = criticalDays
        self.highDays = highDays
        self.mediumDays = mediumDays
        self.lowDays = lowDays
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            criticalDays: try fields.decodeIfPresent(Int.self, forKey: .criticalDays),
            highDays: try fields.decodeIfPresent(Int.self, forKey: .highDays),
            mediumDays: try fields.decodeIfPresent(Int.self, forKey: .mediumDays),
            lowDays: try fields.decodeIfPresent(Int.self, forKey: .lowDays)
        )
    }

    /// What nobody has rated counts as high; what the vendor calls harmless has no limit.
    package func days(for severity: AdvisorySeverity) -> Int? {
        switch severity {
        case .critical: criticalDays
        case .high, .unknown: highDays
        case .medium: mediumDays
        case .low: lowDays
        case .negligible: nil
        }
    }
}

/// A number of days that is no limit.
package struct SLAPolicyProblem: Error, Equatable, CustomStringConvertible {
    package var days: Int

    package init(days: Int) { self.days = days }

    package var description: String {
        "\(days) days are no time to close findings in; give \(SLAPolicy.days.lowerBound) to \(SLAPolicy.days.upperBound)"
    }
}
