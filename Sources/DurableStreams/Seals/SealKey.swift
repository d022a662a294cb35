import Crypto

/// The key of the servers' seals: who has it has written a row, and who has none cannot.
///
/// A seal is an HMAC-SHA256 over a row's place and content. The key is in no table; every process that writes the log or reads it
/// to act by it has the same.
package struct SealKey: Sendable {
    /// In bytes.
    package static let length = 32

    private let key: SymmetricKey

    package init() { key = SymmetricKey(size: .bits256) }

    /// nil for bytes that are not ``length`` many.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// What its file holds.
    package var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Tells this key from others and gives nothing of it away.
    package var fingerprint: [UInt8] { code(of: SealedFields("seal_key", [])) }

    /// A secret for another purpose, which tells nothing of the key or of other secrets; the same for the same purpose.
    package func secret(for purpose: String, bytes: Int) -> [UInt8] {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(purpose.utf8), outputByteCount: bytes)
            .withUnsafeBytes { Array($0) }
    }

    func code(of fields: SealedFields) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: fields.bytes, using: key))
    }

    /// In a time that tells nothing of the right one.
    func isCode(_ seal: some Sequence<UInt8>, of fields: SealedFields) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(Array(seal), authenticating: fields.bytes, using: key)
    }
}
