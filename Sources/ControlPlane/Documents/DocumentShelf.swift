import AgentProtocol
import Domain
import DurableStreams
import PatchStreams

/// Every document that there is: AWS's that are offered, those of the server's folder, and those that were made through the API.
///
/// A name is the first's that has it, in this order.
struct DocumentShelf: Sendable {
    /// Each is small, and at most as large as a document's versions may be.
    private static let foldsAtOnce = 20
    private typealias HistoryDecider = DomainDecider<DocumentHistory>

    private let folder: DocumentLibrary
    private let reader: StreamReader

    init(folder: DocumentLibrary, reader: StreamReader) {
        self.folder = folder
        self.reader = reader
    }

    /// Those that nobody made through the API, sorted by name.
    var fixed: [CommandDocument] { CommandDocument.all(with: folder.all) }

    /// All, in the versions that count by default, sorted by name.
    func all() async throws -> [FoundDocument] {
        let fixed = fixed.map { FoundDocument($0) }
        let taken = Set(fixed.map(\.name))
        var found: [FoundDocument] = []
        try await forEachHistory { history in
            found += FoundDocument(history, .byDefault).flatMap { taken.contains($0.name) ? nil : [$0] } ?? []
        }
        return (fixed + found).sorted { $0.name < $1.name }
    }

    /// How many the API has made, and not deleted.
    func count() async throws -> Int {
        var count = 0
        try await forEachHistory { _ in count += 1 }
        return count
    }

    /// - Parameter reference: a name, or an ARN.
    /// - Throws: ``CommandRefusal`` where there is none, or not that version.
    func document(_ reference: String, _ version: DocumentVersionReference) async throws -> FoundDocument {
        let name = CommandDocument.name(of: reference)
        if let document = fixed.first(where: { $0.name == name }) {
            guard [.byDefault, .latest, .number(1)].contains(version) else {
                throw CommandRefusal.unknownVersion(document: name, version: "\(version)")
            }
            return FoundDocument(document)
        }
        guard let history = try await history(name) else { throw CommandRefusal.unknownDocument(reference) }
        guard let found = FoundDocument(history, version) else {
            throw CommandRefusal.unknownVersion(document: name, version: "\(version)")
        }
        return found
    }

    /// What a command names as a hook, as it counts by default; nil where there is none.
    func hook(_ name: String) async throws -> Document? {
        if let document = folder[name] { return document }
        return try await history(name)?[.byDefault]?.draft.document
    }

    /// - Throws: ``Problem`` 404 for one that there is not.
    func named(_ name: String) async throws -> Document {
        if let document = try await hook(name) { return document }
        let known = try await all().filter { !$0.document.isAWS }.map(\.name)
        let list = known.isEmpty ? "none" : known.prefix(20).joined(separator: ", ")
        let detail =
            "there is no document \(name); this server has \(list); make one with `aws ssm create-document`, or add a file to the folder "
            + "hooks of its workflow folder and start it again"
        throw Problem(status: 404, code: "document-not-found", detail: detail)
    }

    /// What the API made under the name, unless it is deleted.
    func history(_ name: String) async throws -> DocumentHistory? {
        guard Document.isName(name) else { return nil }
        let state = try await reader.fold(HistoryDecider.withoutEffects, DocumentHistory.stream(name))?.state
        return state.flatMap { $0.isKept ? $0 : nil }
    }

    // MARK: - Steps

    private func forEachHistory(_ body: (DocumentHistory) -> Void) async throws {
        var last: StreamID?
        while true {
            let page = try await reader.streams(
                ofKind: DocumentHistory.streamKind,
                after: last,
                limit: Self.foldsAtOnce
            )
            for history in try await reader.folds(HistoryDecider.withoutEffects, page) {
                if let history, history.isKept { body(history) }
            }
            guard page.count == Self.foldsAtOnce else { return }
            last = page.last
        }
    }
}
