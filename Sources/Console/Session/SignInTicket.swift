import Crypto
import FoundationEssentials
import Time

/// A sign-in that is under way at the identity provider.
///
/// The browser carries it, sealed by a key of this process: so nothing is kept for those who never come back, and what comes back belongs to
/// the browser that began.
struct SignInTicket: Codable, Equatable, Sendable {
    /// How long a person may take at the provider.
    static let lifetime = Duration.seconds(600)

    let attempt: ProviderLogin.Attempt
    /// Where to go afterwards.
    let next: String
    /// In microseconds since 1970.
    let ends: Int64

    init(next: String, at now: Timestamp) {
        attempt = ProviderLogin.Attempt(
            state: RandomText.make(),
            nonce: RandomText.make(),
            verifier: RandomText.make()
        )
        self.next = next
        ends = (now + Self.lifetime).microseconds
    }

    /// As a cookie carries it.
    func sealed(by key: SymmetricKey) throws -> String {
        let box = try ChaChaPoly.seal(JSONEncoder().encode(self), using: key)
        return box.combined.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// nil for what was not sealed by this process, or has ended.
    init?(_ text: String, sealedBy key: SymmetricKey, at now: Timestamp) {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let bytes = Data(base64Encoded: base64), let box = try? ChaChaPoly.SealedBox(combined: bytes),
            let opened = try? ChaChaPoly.open(box, using: key),
            let ticket = try? JSONDecoder().decode(Self.self, from: opened), now.microseconds < ticket.ends
        else { return nil }
        self = ticket
    }
}
