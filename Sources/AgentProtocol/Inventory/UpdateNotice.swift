package import Time

/// What a repository's updateinfo.xml says of an update, in the vendor's words.
package struct UpdateNotice: Codable, Equatable, Sendable {
    /// The advisory's id such as `ALAS2023-2026-1234`.
    package var id: String
    /// `security`, `bugfix`, `enhancement`, `newpackage`; empty when there is none.
    package var type: String
    /// The vendor's word such as `Important` or `medium`; empty when there is none.
    package var severity: String
    package var cves: [String]
    /// nil when it is missing or cannot be read.
    package var issued: Timestamp?
    package var updated: Timestamp?
    /// The version that it calls fixed: the offered one, or one between it and the installed one.
    package var version: String

    package init(
        id: String,
        type: String,
        severity: String,
        cves: [String],
        issued: Timestamp?,
        updated: Timestamp?,
        version: String
    ) {
        self.id = id
        self.type = type
        self.severity = severity
        self.cves = cves
        self.issued = issued
        self.updated = updated
        self.version = version
    }
}
