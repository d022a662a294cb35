/// How bad it is when an approved patch is missing; the baseline says it, not the vendor.
package enum ComplianceLevel: String, Codable, Sendable, CaseIterable, Comparable {
    case unspecified = "UNSPECIFIED"
    case informational = "INFORMATIONAL"
    case low = "LOW"
    case medium = "MEDIUM"
    case high = "HIGH"
    case critical = "CRITICAL"

    private var rank: Int {
        switch self {
        case .unspecified: 0
        case .informational: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .critical: 5
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
