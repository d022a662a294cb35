import Crypto
import FoundationEssentials

/// What a webhook's requests are signed with: one secret, or while it is changed the new one and the old one.
///
/// The form is that of [Standard Webhooks](https://www.standardwebhooks.com): `whsec_` and 24 to 64 bytes in base64.
struct WebhookSecrets: Sendable {
    private static let prefix = "whsec_"
    private static let sizes = 24...64
    private static let most = 2

    private let keys: [SymmetricKey]

    /// From one or two secrets with a space between them; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ")
        let keys = parts.compactMap { part -> SymmetricKey? in
            guard part.hasPrefix(Self.prefix),
                let bytes = Data(base64Encoded: String(part.dropFirst(Self.prefix.count))),
                Self.sizes.contains(bytes.count)
            else { return nil }
            return SymmetricKey(data: bytes)
        }
        guard keys.count == parts.count, (1...Self.most).contains(keys.count) else { return nil }
        self.keys = keys
    }

    /// The value of `webhook-signature`: HMAC-SHA256 over id, time and body with dots between them, one for each secret.
    func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        return keys.map { key in
            "v1,\(Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString())"
        }.joined(separator: " ")
    }
}
