import Domain
import Testing
import Time

@Suite("A document made through the API")
struct DocumentHistoryTests {
    private static func draft(_ line: String, name: String? = nil, display: String? = nil) -> DocumentDraft {
        let step = DocumentStep(name: "look", work: .script(line + "\n", shell: .bash))
        return DocumentDraft(
            document: Document(name: "check-web", steps: [step]),
            text: line,
            format: .yaml,
            versionName: name,
            displayName: display
        )
    }

    private static func made(_ draft: DocumentDraft = draft("one", display: "Checks")) throws -> Stream<DocumentHistory>
    {
        var stream = Stream<DocumentHistory>()
        try stream.send(.create(draft, tags: ["Owner": "web"]), at: seconds(1))
        return stream
    }

    @Test("Its versions are kept as they were; the first counts until another one is made the default")
    func versions() throws {
        var stream = try Self.made()
        try stream.send(.update(Self.draft("two", name: "v2"), latest: 1), at: seconds(2), by: "bob")
        let state = stream.state
        #expect(state.versions.map(\.number) == [1, 2] && state.defaultNumber == 1)
        #expect(state[.byDefault]?.draft.text == "one" && state[.latest]?.draft.text == "two")
        #expect(state[.named("v2")]?.createdBy == "bob" && state[.number(3)] == nil)
        // What an update does not name stays.
        #expect(state.latest?.draft.displayName == "Checks")
        try stream.send(.setDefault(2), at: seconds(3))
        #expect(try stream.send(.setDefault(2), at: seconds(4)).events.isEmpty)
        #expect(stream.state[.byDefault]?.number == 2)
        try stream.checkFold("versions")
    }

    @Test("A version's number is never given again, and a document that is made anew begins at 1")
    func numbers() throws {
        var stream = try Self.made()
        try stream.send(.update(Self.draft("two"), latest: nil), at: seconds(2))
        try stream.send(.deleteVersion(2), at: seconds(3))
        try stream.send(.update(Self.draft("three"), latest: 1), at: seconds(4))
        #expect(stream.state.versions.map(\.number) == [1, 3])
        try stream.send(.delete, at: seconds(5))
        #expect(!stream.state.isKept && stream.state.tags.isEmpty)
        #expect(throws: DocumentRefusal.notFound) { try stream.send(.setDefault(1), at: seconds(6)) }
        try stream.send(.create(Self.draft("one"), tags: [:]), at: seconds(7))
        #expect(stream.state.versions.map(\.number) == [1] && stream.state.defaultNumber == 1)
        try stream.checkFold("made anew")
    }

    @Test("What cannot be is refused, and changes nothing")
    func refusals() throws {
        var stream = try Self.made(Self.draft("one", name: "v1"))
        let long = Self.draft(String(repeating: "x", count: DocumentDraft.mostBytes + 1))
        var unfit = Self.draft("none")
        unfit.document.steps = []
        let cases: [(DocumentMessage, DocumentRefusal)] = [
            (.create(Self.draft("two"), tags: [:]), .alreadyExists),
            (.update(Self.draft("one"), latest: nil), .sameContent(version: 1)),
            (.update(Self.draft("two"), latest: 2), .notLatest(2)),
            (.update(Self.draft("two", name: "v1"), latest: 1), .versionNameTaken("v1", version: 1)),
            (.update(long, latest: nil), .tooLarge(bytes: DocumentDraft.mostBytes + 1)),
            (.update(unfit, latest: nil), .unfit("it has no steps: expected at least one")),
            (.setDefault(2), .unknownVersion("2")),
            (.deleteVersion(2), .unknownVersion("2")),
            (.deleteVersion(1), .isDefault(1)),
        ]
        let before = stream.state
        for (message, refusal) in cases {
            #expect(throws: refusal, "\(message.kind)") { try stream.send(message, at: seconds(2)) }
        }
        #expect(stream.state == before)
    }

    @Test("Versions are bounded in number and in bytes; to delete one makes room")
    func bounds() throws {
        var many = try Self.made()
        for number in 2...DocumentHistory.mostVersions {
            try many.send(.update(Self.draft("\(number)"), latest: nil), at: seconds(number))
        }
        let one = DocumentMessage.update(Self.draft("more"), latest: nil)
        #expect(throws: DocumentRefusal.tooManyVersions) { try many.send(one, at: seconds(200)) }
        try many.send(.deleteVersion(7), at: seconds(201))
        try many.send(one, at: seconds(202))
        var large = try Self.made()
        let letters = "abcdefgh".map { String(repeating: $0, count: DocumentDraft.mostBytes - 200) }
        for letter in letters { try large.send(.update(Self.draft(letter), latest: nil), at: seconds(2)) }
        let last = Self.draft(String(repeating: "z", count: 2_000))
        #expect(throws: DocumentRefusal.tooManyVersions) {
            try large.send(.update(last, latest: nil), at: seconds(3))
        }
    }

    @Test("Tags are added, changed and taken away, and what changes nothing is no event")
    func tags() throws {
        var stream = try Self.made()
        try stream.send(.tag(["Stage": "", "Owner": "ops"], removed: ["Nobody"]), at: seconds(2))
        #expect(stream.state.tags == ["Stage": "", "Owner": "ops"])
        #expect(try stream.send(.tag(["Owner": "ops"], removed: ["Nobody"]), at: seconds(3)).events.isEmpty)
        try stream.send(.tag([:], removed: ["Owner"]), at: seconds(4))
        #expect(stream.state.tags == ["Stage": ""])
        let many = Dictionary(uniqueKeysWithValues: (1...DocumentHistory.mostTags).map { ("k\($0)", "v") })
        #expect(throws: DocumentRefusal.tooManyTags) { try stream.send(.tag(many, removed: []), at: seconds(5)) }
        try stream.send(.tag(many, removed: ["Stage"]), at: seconds(6))
        #expect(stream.state.tags == many && stream.state.versions.count == 1)
        try stream.checkFold("tags")
    }

    @Test("Stored events keep their form")
    func stored() throws {
        let at = seconds(1)
        let draft = Self.draft("one", name: "v1")
        for event in [
            DocumentEvent.created(draft, tags: ["a": "b"], by: "ada", at: at), .versionAdded(draft, by: "ada", at: at),
            .defaultSet(2, by: "ada", at: at), .versionDeleted(1, by: "ada", at: at),
            .tagged(["a": "b"], by: "ada", at: at), .untagged(["a"], by: "ada", at: at), .deleted(by: "ada", at: at),
        ] {
            #expect(try coded(event) == event)
        }
        #expect(DocumentEvent.untagged([], by: "", at: at).type == "document.untagged.v1")
    }

    @Test("A version is meant by its number, or as the default or the latest one")
    func references() {
        #expect(DocumentVersionReference(nil) == .byDefault && DocumentVersionReference("$DEFAULT") == .byDefault)
        #expect(DocumentVersionReference("$LATEST") == .latest && DocumentVersionReference("12") == .number(12))
        for text in ["0", "-1", "latest", "", "99999999999999999999"] {
            #expect(DocumentVersionReference(text) == nil, "\(text)")
        }
    }
}
