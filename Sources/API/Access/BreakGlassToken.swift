import Crypto
import ReadModels

/// The secret of the local account, which stands in the server's data folder; held as its SHA-256.
package struct BreakGlassToken: Sendable {
    private let digest: SHA256.Digest

    package init(_ secret: String) { digest = SHA256.hash(data: Array(secret.utf8)) }

    /// A new secret of 256 bits.
    package static func random() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Hexadecimal.text($0) }
    }

    /// Digests are compared, so the time taken tells nothing of the secret.
    package func matches(_ candidate: some StringProtocol) -> Bool {
        SHA256.hash(data: Array(candidate.utf8)) == digest
    }
}
