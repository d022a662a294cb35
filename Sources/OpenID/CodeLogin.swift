import AgentProtocol
import Crypto
package import Domain
import FoundationEssentials

/// A browser's login by authorisation code (OpenID Connect Core 1.0, 3.1) with PKCE (RFC 7636).
package struct CodeLogin: Sendable {
    /// As whom the console is known to the provider.
    package struct Client: Sendable {
        package var id: String
        package var secret: String
        /// Where the provider sends browsers back to, exactly as it is registered there.
        package var redirect: String

        package init(id: String, secret: String, redirect: String) {
            self.id = id
            self.secret = secret
            self.redirect = redirect
        }
    }

    /// Sends a form to an address with the value of `Authorization`, and returns what is answered; it throws for another status than 200.
    package typealias Send =
        @Sendable (_ url: String, _ form: String, _ authorization: String) async throws -> [UInt8]

    private let provider: IdentityProvider
    package var issuer: String { provider.settings.issuer }
    private let client: Client
    private let send: Send

    package init(provider: IdentityProvider, client: Client, send: @escaping Send) {
        self.provider = provider
        self.client = client
        self.send = send
    }

    /// Where the browser goes to sign in.
    ///
    /// - Parameter verifier: 43 to 128 characters that nobody can guess; the provider is told their SHA-256 alone.
    /// - Throws: ``Problem`` 503 while the provider's description is not known or names no such place.
    package func address(state: String, nonce: String, verifier: String) async throws -> String {
        guard let place = try await provider.keys.providerDescription().authorization else { throw Self.noPlace }
        let challenge = Data(SHA256.hash(data: Array(verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let query = Self.form([
            ("response_type", "code"), ("scope", "openid"), ("client_id", client.id),
            ("redirect_uri", client.redirect), ("state", state), ("nonce", nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ])
        return place + (place.contains("?") ? "&" : "?") + query
    }

    /// Whose the code is that the browser has come back with.
    ///
    /// - Throws: ``Problem`` 401 where the provider does not take it, or its token does not count; 503 while its keys are not known.
    package func principal(ofCode code: String, nonce: String, verifier: String) async throws -> Principal {
        guard let place = try await provider.keys.providerDescription().token else { throw Self.noPlace }
        let form = Self.form([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", client.redirect),
            ("code_verifier", verifier),
        ])
        let credentials = "\(PathPart.encoded(client.id)):\(PathPart.encoded(client.secret))"
        let token: String
        do {
            let answer = try await send(place, form, "Basic \(Data(credentials.utf8).base64EncodedString())")
            token = try JSONDecoder().decode(Redeemed.self, from: Data(answer)).idToken
        } catch let error as CancellationError {
            throw error
        } catch {
            let detail = "the identity provider did not take the code of this sign-in (\(error)): begin it anew"
            throw Problem(status: 401, code: "code-not-taken", detail: detail)
        }
        return try await provider.principal(ofIDToken: token, client: client.id, nonce: nonce)
    }

    // MARK: - Steps

    private struct Redeemed: Decodable {
        enum CodingKeys: String, CodingKey { case idToken = "id_token" }

        var idToken: String
    }

    private static let noPlace = Problem(
        status: 503,
        code: "identity-provider-unavailable",
        detail: "the identity provider's description names no place where browsers sign in: sign in with a token"
    )

    private static func form(_ values: [(name: String, value: String)]) -> String {
        values.map { "\($0.name)=\(PathPart.encoded($0.value))" }.joined(separator: "&")
    }
}
