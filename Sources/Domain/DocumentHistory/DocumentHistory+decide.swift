package import Time

extension DocumentHistory {
    package func decide(
        _ message: DocumentMessage,
        now: Timestamp,
        actor: String
    ) throws(DocumentRefusal) -> [DocumentEvent] {
        if case .create(let draft, let tags) = message { return try create(draft, tags, now, actor) }
        if case .wake = message { return [] }
        guard isKept else { throw .notFound }
        switch message {
        case .create, .wake: return []
        case .update(let draft, let expected): return try update(draft, expected, now, actor)
        case .setDefault(let number):
            guard self[.number(number)] != nil else { throw .unknownVersion("\(number)") }
            return number == defaultNumber ? [] : [.defaultSet(number, by: actor, at: now)]
        case .deleteVersion(let number):
            guard self[.number(number)] != nil else { throw .unknownVersion("\(number)") }
            guard number != defaultNumber else { throw .isDefault(number) }
            return [.versionDeleted(number, by: actor, at: now)]
        case .tag(let added, let removed): return try tag(added, removed, now, actor)
        case .delete: return [.deleted(by: actor, at: now)]
        }
    }

    // MARK: - Steps

    private func create(
        _ draft: DocumentDraft,
        _ tags: [String: String],
        _ now: Timestamp,
        _ actor: String
    ) throws(DocumentRefusal) -> [DocumentEvent] {
        guard !isKept else { throw .alreadyExists }
        try Self.check(draft)
        guard tags.count <= Self.mostTags else { throw .tooManyTags }
        return [.created(draft, tags: tags, by: actor, at: now)]
    }

    private func update(
        _ draft: DocumentDraft,
        _ expected: Int?,
        _ now: Timestamp,
        _ actor: String
    ) throws(DocumentRefusal) -> [DocumentEvent] {
        if let expected, expected != latest?.number { throw .notLatest(expected) }
        try Self.check(draft)
        if let same = versions.first(where: { $0.draft.text == draft.text && $0.draft.format == draft.format }) {
            throw .sameContent(version: same.number)
        }
        if let name = draft.versionName, let holder = self[.named(name)] {
            throw .versionNameTaken(name, version: holder.number)
        }
        guard versions.count < Self.mostVersions, byteCount + draft.text.utf8.count <= Self.mostBytes else {
            throw .tooManyVersions
        }
        var draft = draft
        // What is not named stays as it was.
        draft.displayName = draft.displayName ?? latest?.draft.displayName
        draft.targetType = draft.targetType ?? latest?.draft.targetType
        return [.versionAdded(draft, by: actor, at: now)]
    }

    private func tag(
        _ added: [String: String],
        _ removed: [String],
        _ now: Timestamp,
        _ actor: String
    ) throws(DocumentRefusal) -> [DocumentEvent] {
        let news = added.filter { tags[$0.key] != $0.value }
        let gone = Set(removed).intersection(tags.keys).subtracting(added.keys).sorted()
        guard Set(tags.keys).subtracting(gone).union(news.keys).count <= Self.mostTags else { throw .tooManyTags }
        return (gone.isEmpty ? [] : [.untagged(gone, by: actor, at: now)])
            + (news.isEmpty ? [] : [.tagged(news, by: actor, at: now)])
    }

    private static func check(_ draft: DocumentDraft) throws(DocumentRefusal) {
        let bytes = draft.text.utf8.count
        guard bytes <= DocumentDraft.mostBytes else { throw .tooLarge(bytes: bytes) }
        if let flaw = draft.document.flaw { throw .unfit(flaw) }
    }
}
