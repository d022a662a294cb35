package import AgentProtocol
import Crypto
import FoundationEssentials
import PatchStreams

/// The key that signs orders.
///
/// It lives in a file of mode 0600 and never in the database: who can write the database alone can make no host do anything.
package struct OrderSigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// - Parameter text: the raw 32 bytes in base64.
    /// - Throws: ``KeyFileError`` when they are not a key.
    package init(base64 text: String, file: String) throws {
        guard let bytes = Data(base64Encoded: text),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)  // length is all it checks
        else { throw KeyFileError.malformed(file: file) }
        self.key = key
    }

    /// The private key as the file holds it.
    package var base64: String { key.rawRepresentation.base64EncodedString() }

    /// What agents pin when they enrol: the raw 32 bytes of the public key, base64.
    package var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    package func seal(_ order: Order) throws -> OrderEnvelope {
        var envelope = OrderEnvelope(payload: try PlainOrder.payload(of: order), signature: "")
        envelope.signature = Data(try key.signature(for: envelope.signedBytes)).base64EncodedString()
        return envelope
    }

    func sign(_ statement: OrderKeyStatement) throws -> OrderKeyEnvelope {
        var envelope = OrderKeyEnvelope(payload: try DomainJSON.encode(statement), signature: "")
        envelope.signature = Data(try key.signature(for: envelope.signedBytes)).base64EncodedString()
        return envelope
    }
}

/// Why a secret's file cannot be used.
package enum KeyFileError: Error, Equatable, CustomStringConvertible {
    case malformed(file: String)
    case malformedStatements(file: String)
    case missing(file: String)
    /// The database is sealed, and the key of its seals is not here.
    case missingSeals(file: String)
    /// The database is sealed with another key.
    case foreignSeals(file: String)
    /// The database holds rows and no seal, and nobody has said that they are to be believed.
    case unsealed(file: String)
    /// Rows of before the seals are to be sealed, and the database has seals.
    case sealedBefore
    case readableByOthers(file: String)
    /// The key is none of those that agents were told of last.
    case withdrawn(file: String, statements: String)
    case unreadable(file: String, reason: String)

    package var description: String {
        switch self {
        case .malformed(let file):
            "\(file) does not hold a key: it must be 32 bytes in base64; restore it from your backup"
        case .malformedStatements(let file):
            "\(file) does not hold statements of order keys; restore it from your backup"
        case .withdrawn(let file, let statements):
            """
            the key in \(file) is none of those that agents trust by \(statements): one of the two is older than the other; restore \
            both from the same backup
            """
        case .missing(let file):
            "there is no order key in \(file): name the server's data folder, restore the file from your backup, or start the first server"
        case .missingSeals(let file):
            """
            the database is sealed, and the key of its seals is not in \(file): copy it from another server of this database, or restore \
            it from your backup
            """
        case .foreignSeals(let file):
            """
            the key in \(file) is not the one that this database is sealed with: copy that from another server of the database, or \
            restore it from the backup that the database is from
            """
        case .unsealed(let file):
            """
            the database holds a log and nothing in it is sealed by \(file): it is from before the seals, or somebody took them away. Look \
            with `ringmaster log verify --since HEADS`; if all of it is to be believed, start one server once with --seal-existing
            """
        case .sealedBefore:
            "the database is sealed already: start the server without --seal-existing"
        case .readableByOthers(let file):
            "\(file) can be read by other users; run: chmod 600 \(file)"
        case .unreadable(let file, let reason):
            "cannot use the secret in \(file): \(reason)"
        }
    }
}
