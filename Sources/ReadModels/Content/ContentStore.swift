import Crypto
import FoundationEssentials
package import Postgres
package import Time

/// Immutable content under the SHA-256 of its bytes, so that the log can hold the digest alone.
package struct ContentStore: Sendable {
    package enum Kind: String, Sendable {
        case inventory, plan, report
    }

    private let client: PostgresClient
    /// Shared by all copies of the store.
    package let advisories: AdvisoryLibrary

    package init(client: PostgresClient) {
        self.client = client
        advisories = AdvisoryLibrary(client: client)
    }

    /// The part of it that hosts report.
    package var inventories: InventoryStore { InventoryStore(client: client, content: self) }

    /// Lower-case hexadecimal SHA-256.
    package static func digest(of text: String) -> String {
        var (text, hash) = (text, SHA256())
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return Hexadecimal.text(hash.finalize())
    }

    /// Stores the text and returns its digest; storing it again changes nothing.
    @discardableResult
    package func store(_ kind: Kind, _ text: String, at now: Timestamp) async throws -> String {
        let digest = Self.digest(of: text)
        _ = try await client.query(Self.insert(.text(digest), .text(kind.rawValue), .text(text), .timestamp(now)))
        return digest
    }

    /// The texts of the digests that are stored, in one round trip.
    package func load(_ digests: [String]) async throws -> [String: String] {
        let rows = try await client.query(Self.select(.texts(digests)))
        var texts: [String: String] = [:]
        for row in rows { texts[try row.get(0)] = try row.get(1, as: String.self) }
        return texts
    }

    /// The text that people decide by, if it is stored.
    ///
    /// - Throws: ``ContentChanged`` when it is not what its digest says, too: somebody wrote to the database.
    package func verified(_ digest: String) async throws -> String? { try await verified([digest])[digest] }

    /// As ``load(_:)``, and each is what its digest says.
    ///
    /// - Throws: ``ContentChanged`` for one that is not: somebody wrote to the database.
    func verified(_ digests: [String]) async throws -> [String: String] {
        let texts = try await load(digests)
        for (digest, text) in texts where Self.digest(of: text) != digest { throw ContentChanged(digest: digest) }
        return texts
    }

    /// The digests of the list that are not stored.
    package func missing(of digests: [String]) async throws -> [String] {
        let rows = try await client.query(Self.known(.texts(digests)))
        let found = Set(try rows.column(0, as: String.self))
        return digests.filter { !found.contains($0) }
    }

    // MARK: - SQL

    private static let insert = SQL(
        "content_insert",
        """
        INSERT INTO content (digest, kind, body, stored_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (digest) DO NOTHING
        """
    )

    private static let select = SQL("content_select", "SELECT digest, body FROM content WHERE digest = ANY ($1)")

    private static let known = SQL("content_known", "SELECT digest FROM content WHERE digest = ANY ($1)")
}

/// Stored content that is not what it was when it was stored.
package struct ContentChanged: Error, Equatable, CustomStringConvertible {
    let digest: String

    package var description: String {
        """
        what is stored as \(digest) has another digest: it was changed in the database, and nothing is done by it; restore the \
        table content from a backup
        """
    }
}
