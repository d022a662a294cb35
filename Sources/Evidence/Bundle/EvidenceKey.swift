import Crypto
import FoundationEssentials

/// The Ed25519 key that signs bundles.
package struct EvidenceKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new one.
    package init() { key = Curve25519.Signing.PrivateKey() }

    /// - Parameter base64: ``base64`` of the key.
    /// - Throws: ``EvidenceError`` for anything else.
    package init(base64: String, file: String) throws(EvidenceError) {
        guard let bytes = Data(base64Encoded: base64) else { throw .noKey(file: file) }
        do { key = try Curve25519.Signing.PrivateKey(rawRepresentation: bytes) } catch { throw .noKey(file: file) }
    }

    /// The private half, for its file.
    package var base64: String { key.rawRepresentation.base64EncodedString() }

    package var publicKey: EvidencePublicKey { EvidencePublicKey(key.publicKey) }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }
}

/// The half by which bundles are verified.
package struct EvidencePublicKey: Sendable, Equatable {
    /// What stands before the 32 bytes in a SubjectPublicKeyInfo of RFC 8410.
    private static let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let opening = "-----BEGIN PUBLIC KEY-----"
    private static let closing = "-----END PUBLIC KEY-----"

    private let bytes: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    init(_ key: Curve25519.Signing.PublicKey) {
        self.key = key
        bytes = Array(key.rawRepresentation)
    }

    /// Reads ``pem``, or ``base64``.
    ///
    /// - Throws: ``EvidenceError`` for anything else.
    package init(_ text: String, file: String) throws(EvidenceError) {
        let body = text.replacing(Self.opening, with: "").replacing(Self.closing, with: "")
        guard let data = Data(base64Encoded: String(body.filter { !$0.isWhitespace })) else { throw .noKey(file: file) }
        let raw = data.starts(with: Self.prefix) ? Array(data.dropFirst(Self.prefix.count)) : Array(data)
        do { self.init(try Curve25519.Signing.PublicKey(rawRepresentation: raw)) } catch { throw .noKey(file: file) }
    }

    package var base64: String { Data(bytes).base64EncodedString() }

    /// As OpenSSL reads it.
    package var pem: String { "\(Self.opening)\n\(Data(Self.prefix + bytes).base64EncodedString())\n\(Self.closing)\n" }

    /// SHA-256 of the 32 bytes, by which people compare it.
    package var fingerprint: String { Hexadecimal.text(SHA256.hash(data: bytes)) }

    func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        key.isValidSignature(Data(signature), for: Data(bytes))
    }

    package static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
}
