package import AgentProtocol
package import Crypto
import FoundationEssentials
import Synchronization

/// The order keys that this agent trusts: those it was enrolled with, and what statements signed by trusted keys made of them.
///
/// Kept in a file before they count, and never exchanged for an older version.
package final class OrderKeyring: Sendable {
    private let file: String
    private let enrolled: [String]
    private let trusted: Mutex<(statement: OrderKeyStatement, keys: [Curve25519.Signing.PublicKey])>

    /// - Parameter enrolled: the keys of the enrolment, which count until a statement is learned.
    /// - Throws: ``AgentFailure`` when what is kept does not read.
    package init(file: String, enrolled: [String]) throws {
        (self.file, self.enrolled) = (file, enrolled)
        let statement = try Self.kept(in: file) ?? OrderKeyStatement(version: 0, keys: enrolled)
        trusted = Mutex((statement, try statement.keys.map { try HostKey.orderKey($0) }))
    }

    package var version: Int { trusted.withLock { $0.statement.version } }
    package var keys: [Curve25519.Signing.PublicKey] { trusted.withLock { $0.keys } }

    /// Whether the key is trusted, or was when the host was enrolled.
    func hasTrusted(_ key: String) -> Bool {
        enrolled.contains(key) || trusted.withLock { $0.statement.keys.contains(key) }
    }

    /// Follows the statements from the version that is known, each by a key that the former left trusted.
    ///
    /// Others are passed over: those of before the enrolment were signed by keys that this agent never knew.
    ///
    /// - Returns: whether anything changed; it is durable then.
    /// - Throws: ``FileFailure`` when it cannot be kept: nothing has changed then.
    package func learn(_ history: OrderKeyHistory) throws -> Bool {
        try trusted.withLock { trusted in
            var next = trusted
            for envelope in history.statements.prefix(OrderKeyHistory.maximumCount) {
                guard let signature = Data(base64Encoded: envelope.signature),
                    next.keys.contains(where: { $0.isValidSignature(signature, for: Data(envelope.signedBytes)) }),
                    let (statement, keys) = Self.read(envelope), statement.version > next.statement.version
                else { continue }
                next = (statement, keys)
            }
            guard next.statement != trusted.statement else { return false }
            let bytes = Array(try JSONEncoder().encode(next.statement)) + [UInt8(ascii: "\n")]
            try DurableFile.write(bytes, to: file, mode: 0o600)
            trusted = next
            return true
        }
    }

    // MARK: - Steps

    /// nil for a statement that this agent cannot read, by a later form of the protocol.
    private static func read(
        _ envelope: OrderKeyEnvelope
    ) -> (OrderKeyStatement, [Curve25519.Signing.PublicKey])? {
        do {
            let statement = try JSONDecoder().decode(OrderKeyStatement.self, from: Data(envelope.payload.utf8))
            guard (1...OrderKeyStatement.maximumKeys).contains(statement.keys.count) else { return nil }
            return (statement, try statement.keys.map { try HostKey.orderKey($0) })
        } catch {
            return nil
        }
    }

    private static func kept(in file: String) throws -> OrderKeyStatement? {
        guard let bytes = try DurableFile.read(file) else { return nil }
        do {
            return try JSONDecoder().decode(OrderKeyStatement.self, from: Data(bytes))
        } catch {
            throw AgentFailure(
                "\(file) does not read: \(error); restore it, or remove the state folder and enrol the host again"
            )
        }
    }
}
