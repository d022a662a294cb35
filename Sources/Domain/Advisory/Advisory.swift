package import Time

/// What a vendor has published about one problem and the versions that fix it.
package struct Advisory: Codable, Equatable, Sendable {
    /// The vendor's id, unique within the source; of Debian's tracker the package and the CVE, such as `openssl/CVE-2024-6119`.
    package var id: String
    package var source: AdvisorySource
    package var title: String
    /// The feed's word such as `security` or `newpackage`.
    package var classification: String
    /// The vendor's word as it was written; empty where the feed has none.
    package var severityWord: String
    /// Distinct and sorted.
    package private(set) var cves: [CVE]
    /// nil when it is unknown; see ``known(_:)``.
    package private(set) var issued: Timestamp?
    /// The last edit, which some vendors write before ``issued``; nil when it is unknown.
    package private(set) var updated: Timestamp?
    /// Distinct and sorted; empty when there is no fix yet, or none that a host could install.
    package private(set) var fixes: [FixedPackage]
    /// The vendor has taken it back: it says nothing any more.
    package var isWithdrawn: Bool
    /// An http or https address for people.
    package var link: String?

    /// 1990-01-01, before which nobody published advisories: an earlier date is a feed's way to say that it has none.
    package static let earliestDate = Timestamp(microseconds: 631_152_000_000_000)

    /// The end of the year 9999, the last that a date is written in.
    package static let latestDate = Timestamp(microseconds: 253_402_300_799_999_999)

    package init(
        id: String,
        source: AdvisorySource,
        title: String,
        classification: String,
        severityWord: String = "",
        cves: [CVE] = [],
        issued: Timestamp? = nil,
        updated: Timestamp? = nil,
        fixes: [FixedPackage] = [],
        isWithdrawn: Bool = false,
        link: String? = nil
    ) {
        self.id = id
        self.source = source
        self.title = title
        self.classification = classification
        self.severityWord = severityWord
        self.cves = Self.distinct(cves)
        self.issued = Self.known(issued)
        self.updated = Self.known(updated)
        self.fixes = Self.distinct(fixes)
        self.isWithdrawn = isWithdrawn
        self.link = link
    }

    private static func distinct<Item: Comparable>(_ items: [Item]) -> [Item] {
        items.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// nil also for a date that no vendor and no archive can mean.
    package static func known(_ date: Timestamp?) -> Timestamp? {
        date.flatMap { (earliestDate...latestDate).contains($0) ? $0 : nil }
    }

    package var kind: AdvisoryKind { AdvisoryKind(word: classification) }

    /// By the vendor's word alone; for one whose word stands in other records see ``severity(ratedBy:)``.
    package var severity: AdvisorySeverity { AdvisorySeverity(word: severityWord, kind: kind) }

    /// The most that any of the fixes asks for.
    package var reboot: RebootNeed { fixes.map(\.reboot).max { $0.rank < $1.rank } ?? .unstated }

    /// What an approval's delay counts from; nil when it is unknown, and then no delay ever approves the advisory.
    ///
    /// Where edits count it is the later date, since some vendors write an edit that came before the advisory.
    package var releasedAt: Timestamp? {
        guard source.countsEdits else { return issued ?? updated }
        return [issued, updated].compactMap(\.self).max()
    }

    /// The severity with the help of the records for each CVE: Ubuntu's and Debian's notices have no word of their own.
    ///
    /// - Parameter rating: what the vendor says of a CVE; nil when it says nothing.
    /// - Returns: the worst of the CVEs; unknown when one that is not rated might be worse than the rest.
    package func severity(ratedBy rating: (CVE) -> AdvisorySeverity?) -> AdvisorySeverity {
        guard severityWord.isEmpty else { return severity }
        let ratings = cves.map { rating($0) ?? .unknown }
        return ratings.max { $0.rank < $1.rank } ?? .unknown
    }
}
