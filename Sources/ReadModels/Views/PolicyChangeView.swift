package import Time

/// What changed the policy, once.
package struct PolicyChangeView: Equatable, Sendable {
    package var at: Timestamp
    package var by: String
    /// Such as `rejected openssl*: breaks the proxy`.
    package var sentence: String
    /// Of the policy that was applied; nil for what changed a rejection.
    package var digest: String?
    /// What an applied policy has that the one before it had not; nodes are counted in the present fleet.
    package var changes: [PolicyDiffView.Change]

    package init(at: Timestamp, by: String, sentence: String, digest: String?, changes: [PolicyDiffView.Change]) {
        self.at = at
        self.by = by
        self.sentence = sentence
        self.digest = digest
        self.changes = changes
    }
}
