import Testing

@testable import Deliveries

@Suite("Webhooks' secrets")
struct WebhookSecretsTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("sign as Standard Webhooks does: the example of its specification")
    func standard() throws {
        let secrets = try #require(WebhookSecrets(Self.secret))
        let signature = secrets.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("are two while one is changed, and both sign")
    func rotation() throws {
        let old = try #require(WebhookSecrets(Self.secret))
        let new = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let both = try #require(WebhookSecrets("\(new) \(Self.secret)"))
        let parts = both.signature(id: "a", seconds: 1, body: []).split(separator: " ")
        #expect(parts.count == 2)
        #expect(parts.last.map(String.init) == old.signature(id: "a", seconds: 1, body: []))
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!", "\(secret) \(secret) \(secret)", "\(secret) x",
        ]
    )
    func malformed(text: String) { #expect(WebhookSecrets(text) == nil) }
}
