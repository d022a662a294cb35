/// How bad it is, on one scale for all vendors.
///
/// The vendors' words do not contradict each other, so one table reads them all: Critical, Important, Moderate, Low (Red Hat, Microsoft), medium (Amazon), urgent (Fedora), high, negligible (Ubuntu), unimportant (Debian).
package enum AdvisorySeverity: String, Codable, Sendable, CaseIterable {
    case critical
    case high
    case medium
    case low
    /// The vendor says that it does no harm.
    case negligible
    /// The vendor says nothing that we understand. It ranks as high: what nobody has rated may be anything.
    case unknown

    /// - Parameter word: the vendor's, in any case; Debian marks some with asterisks.
    package init(word: String, kind: AdvisoryKind) {
        self =
            switch word.lowercased().filter({ !$0.isWhitespace && $0 != "*" }) {
            case "critical", "urgent": .critical
            case "important", "high": .high
            case "moderate", "medium": .medium
            case "low": .low
            case "negligible", "unimportant": .negligible
            // Of a security advisory the word says no more than that nobody rated it.
            case "none" where kind != .security && kind != .other: .negligible
            default: .unknown
            }
    }

    /// Greater is worse; unknown and high are equals.
    package var rank: Int {
        switch self {
        case .negligible: 0
        case .low: 1
        case .medium: 2
        case .high, .unknown: 3
        case .critical: 4
        }
    }
}
