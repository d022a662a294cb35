package import DurableStreams
import FoundationEssentials
package import Logging

/// The file of the key that seals what engines and workers believe of the database.
///
/// Without the key no row is believed, so it is made once, by itself only for a database that is empty. What a database holds from
/// before the seals is sealed when a person says that it is to be believed.
package struct SealKeyFile: Sendable {
    package let path: String

    /// Where the key is until all rows of before are sealed: whoever finds it goes on with that.
    private var draftPath: String { path + ".new" }

    package init(path: String) { self.path = path }

    /// The key; made on first use.
    ///
    /// - Parameter sealsExisting: whether to believe, and seal, what a database without any seal holds.
    /// - Throws: ``KeyFileError`` for a key that is missing or another one than the database's, for a database that holds rows and no seal
    ///   when they are not to be sealed, and for one that is sealed when they are.
    package func prepare(
        _ database: SealedDatabase,
        sealsExisting: Bool = false,
        logger: Logger
    ) async throws -> SealKey {
        try await database.exclusively {
            let known = try await database.fingerprint()
            let key = try load()
            if let draft = try load(draftPath) {
                guard (key ?? draft).fingerprint == draft.fingerprint else {
                    throw KeyFileError.foreignSeals(file: draftPath)
                }
                return try await seal(database, known, draft, logger)
            }
            if let key, let known, known != key.fingerprint { throw KeyFileError.foreignSeals(file: path) }
            let rows = try await database.rows()
            guard key != nil || (known == nil && rows != .sealed) else { throw KeyFileError.missingSeals(file: path) }
            guard rows != .unsealed || sealsExisting else { throw KeyFileError.unsealed(file: path) }
            guard rows != .sealed || !sealsExisting else { throw KeyFileError.sealedBefore }
            if let key, rows != .unsealed {
                if known == nil { try await database.record(key) }
                return key
            }
            return try await seal(database, known, key ?? SealKey(), logger)
        }
    }

    /// The key; nil when there is no file, or rows of before are still being sealed.
    package func load() throws -> SealKey? { try load(path) }

    // MARK: - Steps

    private func seal(
        _ database: SealedDatabase,
        _ known: [UInt8]?,
        _ key: SealKey,
        _ logger: Logger
    ) async throws -> SealKey {
        let text = try SecretFile.loadOrCreate(draftPath) { Data(key.bytes).base64EncodedString() }
        let key = try Self.key(text, file: draftPath)
        guard (known ?? key.fingerprint) == key.fingerprint else { throw KeyFileError.foreignSeals(file: draftPath) }
        if known == nil { try await database.record(key) }
        logger.notice("sealing what the database holds", metadata: ["file": "\(path)"])
        try await database.sealAll(with: key)
        try SecretFile.move(draftPath, to: path)
        logger.notice("the database is sealed")
        return key
    }

    private func load(_ path: String) throws -> SealKey? {
        try SecretFile.load(path).map { try Self.key($0, file: path) }
    }

    private static func key(_ text: String, file: String) throws -> SealKey {
        guard let bytes = Data(base64Encoded: text), let key = SealKey(bytes: Array(bytes)) else {
            throw KeyFileError.malformed(file: file)
        }
        return key
    }
}
