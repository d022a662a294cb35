package import Time

/// The index of an archive that a host has, and how long it says what the archive offers.
package struct ArchiveIndex: Codable, Equatable, Sendable {
    /// How old the index of a security archive may be that does not say until when it is valid.
    ///
    /// Those that are cared for are made anew within days. The index of a release itself may be months old and still be the last one.
    package static let securityLifetimeDays: Int64 = 14

    package var origin: ArchiveOrigin
    /// When it was made; nil when it does not say.
    package var date: Timestamp?
    /// Until when its archive answers for it; nil when it does not say.
    package var validUntil: Timestamp?

    package init(origin: ArchiveOrigin, date: Timestamp?, validUntil: Timestamp? = nil) {
        self.origin = origin
        self.date = date
        self.validUntil = validUntil
    }

    /// Whether a newer one must be there by now.
    ///
    /// By whole UTC days: hosts that are equal are judged once a day.
    package func isStale(at moment: Timestamp) -> Bool {
        if let validUntil { return validUntil.day < moment.day }
        guard origin.isSecurity, let date else { return false }
        return date.day + Self.securityLifetimeDays < moment.day
    }
}
