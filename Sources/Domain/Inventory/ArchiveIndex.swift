package import Time

/// The index of an archive that a host has, and how long it says what the archive offers.
package struct ArchiveIndex: Codable, Equatable, Sendable {
    /// How old the newest index of a security archive may be that does not say until when it is valid.
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
}

extension [ArchiveIndex] {
    /// Whether a newer one of them must be there by now.
    ///
    /// Of security archives that do not say until when they are valid the newest counts: where extended support has taken over, the
    /// archive before it is made anew no more, and until then nothing comes from extended support. By whole UTC days: hosts that
    /// are equal are judged once a day.
    package func areStale(at moment: Timestamp) -> Bool {
        if contains(where: { $0.validUntil.map { $0.day < moment.day } ?? false }) { return true }
        let newest = filter { $0.origin.isSecurity && $0.validUntil == nil }.compactMap(\.date).max()
        return newest.map { $0.day + ArchiveIndex.securityLifetimeDays < moment.day } ?? false
    }
}
