package import Time

/// What is wanted of a document that is made through the API.
package enum DocumentMessage: DomainMessage {
    case create(DocumentDraft, tags: [String: String])
    /// Adds a version, which does not count by default yet. `latest` is the number of the version that it follows; nil for any.
    case update(DocumentDraft, latest: Int?)
    case setDefault(Int)
    /// Any but the one that counts by default.
    case deleteVersion(Int)
    case tag([String: String], removed: [String])
    case delete
    case wake

    package var kind: String {
        switch self {
        case .create: "create"
        case .update: "update"
        case .setDefault: "set-default"
        case .deleteVersion: "delete-version"
        case .tag: "tag"
        case .delete: "delete"
        case .wake: "wake"
        }
    }
}

/// What happened to a document that is made through the API.
package enum DocumentEvent: DomainEvent {
    /// Its first version, which counts by default.
    case created(DocumentDraft, tags: [String: String], by: String, at: Timestamp)
    case versionAdded(DocumentDraft, by: String, at: Timestamp)
    case defaultSet(Int, by: String, at: Timestamp)
    case versionDeleted(Int, by: String, at: Timestamp)
    case tagged([String: String], by: String, at: Timestamp)
    case untagged([String], by: String, at: Timestamp)
    case deleted(by: String, at: Timestamp)

    package var type: String {
        switch self {
        case .created: "document.created.v1"
        case .versionAdded: "document.version-added.v1"
        case .defaultSet: "document.default-set.v1"
        case .versionDeleted: "document.version-deleted.v1"
        case .tagged: "document.tagged.v1"
        case .untagged: "document.untagged.v1"
        case .deleted: "document.deleted.v1"
        }
    }
}
