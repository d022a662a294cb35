package import Time

/// A document that is made through the API: its versions, of which one counts where nobody says which.
package struct DocumentHistory: EventSourced {
    package static let mostVersions = 100
    /// Of all versions' texts together.
    package static let mostBytes = 512 << 10
    package static let mostTags = 50

    /// Oldest first; empty before it is made, and once it is deleted.
    package private(set) var versions: [DocumentVersion] = []
    /// The number of the version that counts by default.
    package private(set) var defaultNumber = 0
    package private(set) var tags: [String: String] = [:]
    /// That of the newest version that there ever was.
    private(set) var lastNumber = 0

    package init() {}

    package var isKept: Bool { !versions.isEmpty }

    package var latest: DocumentVersion? { versions.last }

    package subscript(_ reference: DocumentVersionReference) -> DocumentVersion? {
        switch reference {
        case .byDefault: self[.number(defaultNumber)]
        case .latest: latest
        case .number(let number): versions.first { $0.number == number }
        case .named(let name): versions.first { $0.draft.versionName == name }
        }
    }

    var byteCount: Int { versions.reduce(0) { $0 + $1.draft.text.utf8.count } }

    // MARK: - Events

    package mutating func evolve(_ event: DocumentEvent) {
        switch event {
        case .created(let draft, let tags, let by, let at):
            self = Self()
            self.tags = tags
            append(draft, by, at)
            defaultNumber = lastNumber
        case .versionAdded(let draft, let by, let at): append(draft, by, at)
        case .defaultSet(let number, _, _): defaultNumber = number
        case .versionDeleted(let number, _, _): versions.removeAll { $0.number == number }
        case .tagged(let tags, _, _): self.tags.merge(tags) { _, new in new }
        case .untagged(let keys, _, _): for key in keys { tags[key] = nil }
        case .deleted: self = Self()
        }
    }

    package func effects(of event: DocumentEvent) -> [Never] { [] }

    package var wakeAt: Timestamp? { nil }

    private mutating func append(_ draft: DocumentDraft, _ by: String, _ at: Timestamp) {
        lastNumber += 1
        versions.append(DocumentVersion(number: lastNumber, draft: draft, createdBy: by, createdAt: at))
    }
}
