package import DurableStreams
import FoundationEssentials
package import Logging

/// The file of the key that seals what engines and workers believe of the database.
///
/// Without the key no row is believed, so it is made once: when neither the file nor the database knows of one. What the database
/// holds at that moment is sealed with it.
package struct SealKeyFile: Sendable {
    package let path: String

    /// Where the key is until all rows of before are sealed: whoever finds it goes on with that.
    private var draftPath: String { path + ".new" }

    package init(path: String) { self.path = path }

    /// The key; made, and the rows of before sealed, on first use.
    ///
    /// - Throws: ``KeyFileError`` for a key that is missing or another one than the database's, too.
    package func prepare(_ database: SealedDatabase, logger: Logger) async throws -> SealKey {
        try await database.exclusively {
            let known = try await database.fingerprint()
            if let key = try load() {
                guard (known ?? key.fingerprint) == key.fingerprint else {
                    throw KeyFileError.foreignSeals(file: path)
                }
                if known == nil { try await database.record(key) }
                return key
            }
            if try load(draftPath) == nil {
                let isSealed = try await database.hasSeals()
                guard known == nil, !isSealed else { throw KeyFileError.missingSeals(file: path) }
            }
            return try await begin(database, known, logger)
        }
    }

    /// The key; nil when there is no file, or rows of before are still being sealed.
    package func load() throws -> SealKey? { try load(path) }

    // MARK: - Steps

    private func begin(_ database: SealedDatabase, _ known: [UInt8]?, _ logger: Logger) async throws -> SealKey {
        let fresh = SealKey()
        let text = try SecretFile.loadOrCreate(draftPath) { Data(fresh.bytes).base64EncodedString() }
        let key = try Self.key(text, file: draftPath)
        guard (known ?? key.fingerprint) == key.fingerprint else { throw KeyFileError.foreignSeals(file: draftPath) }
        if known == nil { try await database.record(key) }
        logger.notice("the seal key is made; sealing what the database holds", metadata: ["file": "\(path)"])
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
