package import Domain
package import Time

/// Which advisories are asked for; those that fit all that is given.
package struct AdvisoryFilter: Equatable, Sendable {
    package var source: AdvisorySource?
    package var cve: CVE?
    /// A package's name as the feed has it.
    package var package: String?
    /// Released then or later.
    package var since: Timestamp?

    package init(source: AdvisorySource? = nil, cve: CVE? = nil, package: String? = nil, since: Timestamp? = nil) {
        self.source = source
        self.cve = cve
        self.package = package
        self.since = since
    }
}

/// A place in the list of advisories.
struct AdvisoryCursor {
    var releasedAt: Timestamp
    var source: String
    var id: String

    var text: String { "\(releasedAt.microseconds)/\(source)/\(id)" }

    init(releasedAt: Timestamp, source: String, id: String) {
        self.releasedAt = releasedAt
        self.source = source
        self.id = id
    }

    /// nil for a text that is no cursor's.
    init?(text: String) {
        let parts = text.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let microseconds = Int64(parts[0]) else { return nil }
        self.init(
            releasedAt: Timestamp(microseconds: microseconds),
            source: String(parts[1]),
            id: String(parts[2])
        )
    }
}
