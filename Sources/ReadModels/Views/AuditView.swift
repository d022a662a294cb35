package import Domain
package import Time

/// One entry of the audit.
package struct AuditView: Codable, Equatable, Sendable {
    package var at: Timestamp
    package var entry: AuditEntry

    package init(at: Timestamp, entry: AuditEntry) {
        self.at = at
        self.entry = entry
    }
}

/// A page of a month's audit, oldest first, and where to read on.
package struct AuditPage: Codable, Equatable, Sendable {
    /// Of UTC, such as `2026-11`.
    package var month: String
    package var entries: [AuditView]
    /// Opaque; give it as `after` to read what comes next.
    package var cursor: String

    package init(month: String, entries: [AuditView], cursor: String) {
        self.month = month
        self.entries = entries
        self.cursor = cursor
    }
}
