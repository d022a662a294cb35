import Advisories
package import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Imports feeds of advisories.
package struct AdvisoryService: Sendable {
    /// Bytes that a feed may have, as it is sent: 4 GiB.
    package static let maximumBytes = FeedLimits.feedBytes
    private static let feedNameBytes = 64
    package static let addressBytes = 2_000

    private let desk: MessageDesk
    private let store: AdvisoryStore

    init(desk: MessageDesk, store: AdvisoryStore) {
        self.desk = desk
        self.store = store
    }

    /// Imports all of the feed, or nothing; the bytes of the feed's last import change nothing.
    ///
    /// The import is committed before its fact is in the log. What kept the fact from it keeps the caller waiting or fails the call; the feed's next call tells it again, before all else.
    ///
    /// - Throws: ``Problem`` 400 for what an upload may not be, 422 for a feed that is no use.
    package func importFeed(_ upload: FeedUpload) async throws -> AdvisoriesImported {
        try Self.check(upload)
        let format = try Self.format(upload.format)
        if let last = try await store.lastImport(of: upload.feed) { try await record(last) }
        let imported = try await store.importing(at: desk.now()) { writer in
            if let last = try await writer.lastImport(of: upload.feed), last.fact.sha256 == upload.sha256 {
                return AdvisoriesImported(lastImport: last, isUnchanged: true)
            }
            var importer = FeedImporter(upload: upload, format: format, writer: writer)
            return AdvisoriesImported(lastImport: try await importer.run(at: desk.now()), isUnchanged: false)
        }
        try await record(imported.lastImport)
        return imported
    }

    /// Checks what is known before the bytes are there.
    ///
    /// - Throws: ``Problem`` 400.
    package static func check(_ upload: FeedUpload) throws(Problem) {
        try PersonName.check(upload.by)
        let isPlain = upload.feed.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
        guard (1...feedNameBytes).contains(upload.feed.utf8.count), isPlain else {
            throw refuse("a feed's name has 1 to \(feedNameBytes) ASCII characters without spaces or slashes")
        }
        for (what, text) in [("url", upload.url), ("etag", upload.etag)] {
            guard let text else { continue }
            guard text.utf8.count <= addressBytes, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw refuse("the \(what) has more than \(addressBytes) characters, or some that do not belong there")
            }
        }
        _ = try format(upload.format)
    }

    // MARK: - Steps

    private static func format(_ name: String?) throws(Problem) -> AdvisoryFeed.Format? {
        guard let name else { return nil }
        guard let format = AdvisoryFeed.Format(rawValue: name) else {
            let known = AdvisoryFeed.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw refuse("there is no format \(name.prefix(40)); there are \(known)")
        }
        return format
    }

    private static func refuse(_ detail: String) -> Problem {
        Problem(status: 400, code: "invalid-import", detail: detail)
    }

    /// Puts the fact into the log; again it changes nothing.
    private func record(_ view: AdvisoryImportView) async throws {
        try await desk.ask(
            Feed.stream(view.feed),
            FeedMessage.imported(view.fact),
            id: "imported/\(view.fact.number)/\(view.fact.sha256)",
            by: view.importedBy
        )
    }
}
