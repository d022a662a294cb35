package import Domain

/// How people sign in at an identity provider, by an authorisation code that the browser comes back with.
package struct ProviderLogin: Sendable {
    /// What one sign-in is known by, each 256 bits that nobody can guess.
    package struct Attempt: Codable, Equatable, Sendable {
        /// Comes back with the browser.
        package var state: String
        /// Comes back in the provider's token.
        package var nonce: String
        /// Redeems the code, and leaves this server for that alone.
        package var verifier: String
    }

    /// The address where the browser signs in.
    package typealias Begin = @Sendable (Attempt) async throws -> String
    /// Whose the code is that it has come back with.
    ///
    /// - Throws: `Problem` with what is wrong with it.
    package typealias Finish = @Sendable (_ code: String, Attempt) async throws -> Principal

    let issuer: String
    let begin: Begin
    let finish: Finish

    /// - Parameter issuer: the provider's issuer URL, which the page shows.
    package init(issuer: String, begin: @escaping Begin, finish: @escaping Finish) {
        self.issuer = issuer
        self.begin = begin
        self.finish = finish
    }
}
