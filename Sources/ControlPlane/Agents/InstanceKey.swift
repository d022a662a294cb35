import CryptoExtras
import FoundationEssentials

/// The RSA key by which a stock agent proves itself when it asks for credentials.
struct InstanceKey: Sendable {
    /// Agents make keys of 2,048 bits; a larger one would let its holder make us work.
    private static let mostBits = 4_096
    private static let mostBytes = 1_024

    private let key: _RSA.Signing.PublicKey

    /// nil for what is no RSA key of 2,048 to 4,096 bits.
    ///
    /// - Parameter text: the DER of its SubjectPublicKeyInfo in base64.
    init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes, let der = Data(base64Encoded: text),
            let key = try? _RSA.Signing.PublicKey(derRepresentation: der),  // nil is all that there is to say of it
            key.keySizeInBits <= Self.mostBits
        else { return nil }
        self.key = key
    }

    /// Whether that is RSA-PSS over the text, by SHA-256 and a salt of 32 bytes.
    ///
    /// - Parameter signature: in base64.
    func isSignature(_ signature: String, of text: String) -> Bool {
        guard let bytes = Data(base64Encoded: signature) else { return false }
        return key.isValidSignature(.init(rawRepresentation: bytes), for: Data(text.utf8), padding: .PSS)
    }
}
