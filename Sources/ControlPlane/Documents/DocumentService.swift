package import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams

/// Finds documents, and keeps those that are made through the API.
///
/// Each change throws a ``Problem`` with the code of a ``DocumentRefusal`` for what cannot be.
package struct DocumentService: Sendable {
    /// Made through the API.
    package static let mostDocuments = 200
    /// What the names of AWS's begin with, in any letter case.
    private static let reservedPrefixes = ["aws", "amazon", "amzn"]

    private let desk: MessageDesk
    private let shelf: DocumentShelf
    private let associations: AssociationService

    init(desk: MessageDesk, shelf: DocumentShelf, associations: AssociationService) {
        self.desk = desk
        self.shelf = shelf
        self.associations = associations
    }

    // MARK: - Reading

    /// All, in the versions that count by default, sorted by name.
    package func all() async throws -> [FoundDocument] { try await shelf.all() }

    /// - Parameter reference: a name, or an ARN.
    /// - Throws: ``CommandRefusal`` where there is none, or not that version.
    package func document(
        _ reference: String,
        version: DocumentVersionReference = .byDefault
    ) async throws -> FoundDocument {
        try await shelf.document(reference, version)
    }

    /// All versions of the one that the API made, oldest first.
    ///
    /// - Throws: ``Problem`` where there is none.
    package func versions(_ name: String) async throws -> [FoundDocument] {
        guard let history = try await shelf.history(name) else { throw Problem(DocumentRefusal.notFound) }
        return history.versions.compactMap { FoundDocument(history, .number($0.number)) }
    }

    // MARK: - Changing

    /// - Parameters:
    ///   - key: the caller's idempotency key.
    ///   - person: who acts.
    package func create(
        _ name: String,
        _ text: DocumentText,
        tags: [String: String],
        key: String,
        by person: String
    ) async throws -> FoundDocument {
        try checkName(name)
        let draft = try text.draft(of: name)
        if shelf.fixed.contains(where: { $0.name == name }) { throw Problem(DocumentRefusal.alreadyExists) }
        if try await shelf.history(name) == nil, try await shelf.count() >= Self.mostDocuments {
            let detail = "there are \(Self.mostDocuments) documents made through the API; delete others first"
            throw Problem(status: 409, code: Self.tooMany, detail: detail)
        }
        try await ask(name, .create(draft, tags: tags), key, person)
        return try await shelf.document(name, .latest)
    }

    /// Adds a version.
    ///
    /// - Parameter latest: the number of the version that it follows; nil for any.
    package func update(
        _ name: String,
        _ text: DocumentText,
        latest: Int?,
        key: String,
        by person: String
    ) async throws -> FoundDocument {
        try checkIsMade(name)
        let draft = try text.draft(of: name)
        try await ask(name, .update(draft, latest: latest), key, person)
        return try await shelf.document(name, .latest)
    }

    package func setDefault(_ name: String, _ number: Int, key: String, by person: String) async throws -> FoundDocument
    {
        try checkIsMade(name)
        try await ask(name, .setDefault(number), key, person)
        return try await shelf.document(name, .byDefault)
    }

    /// - Parameter version: nil for the document as a whole, of which no association may be.
    package func delete(_ name: String, version: DocumentVersionReference?, key: String, by person: String) async throws
    {
        let history = try await shelf.history(name)
        guard let history else {
            try checkIsMade(name)
            throw Problem(DocumentRefusal.notFound)
        }
        if let version {
            guard let number = history[version]?.number else {
                throw Problem(DocumentRefusal.unknownVersion("\(version)"))
            }
            return try await ask(name, .deleteVersion(number), key, person)
        }
        if let association = try await associations.first(ofDocument: name) {
            let detail = "the association \(association) sends the document; delete that first"
            throw Problem(status: 409, code: Self.isAssociated, detail: detail)
        }
        try await ask(name, .delete, key, person)
    }

    package func tag(
        _ name: String,
        _ tags: [String: String],
        removing keys: [String],
        key: String,
        by person: String
    ) async throws {
        try await ask(name, .tag(tags, removed: keys), key, person)
    }

    package static let tooMany = "document-limit"
    package static let isAssociated = "document-associated"
    package static let isFixed = "document-is-a-file"
    package static let invalidName = "document-name-invalid"

    // MARK: - Steps

    private func ask(_ name: String, _ message: DocumentMessage, _ key: String, _ person: String) async throws {
        let stream = DocumentHistory.stream(name)
        guard Document.isName(name) else { throw Problem(DocumentRefusal.notFound) }
        try await desk.ask(stream, message, id: "\(message.kind)/\(key)", by: try PersonName.check(person))
    }

    private func checkName(_ name: String) throws(Problem) {
        let isReserved = Self.reservedPrefixes.contains { name.lowercased().hasPrefix($0) }
        guard Document.isName(name), name.utf8.count >= CommandDocument.leastName, !isReserved else {
            let detail =
                "a document cannot be called \(name.prefix(128)): expected \(CommandDocument.leastName) and "
                + "\(Document.expectedName), and none of AWS's names, which begin with aws, amazon or amzn"
            throw Problem(status: 400, code: Self.invalidName, detail: detail)
        }
    }

    /// What is a file, or AWS's, is changed by nobody here.
    private func checkIsMade(_ name: String) throws(Problem) {
        guard shelf.fixed.contains(where: { $0.name == name }) else { return }
        let detail = "the document \(name) is AWS's, or a file of the server's folder, and is not changed here"
        throw Problem(status: 409, code: Self.isFixed, detail: detail)
    }
}

extension Problem {
    package init(_ refusal: DocumentRefusal) {
        self.init(status: refusal.isUnknown ? 404 : 409, code: refusal.code, detail: refusal.detail)
    }
}
