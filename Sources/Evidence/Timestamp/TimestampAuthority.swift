/// Who says when a bundle was there, by RFC 3161.
package struct TimestampAuthority: Sendable {
    /// Its address, for the manifest.
    package let url: String
    /// For the nonce of the request.
    package let random: UInt64
    /// Sends a request in DER and gets the reply.
    package let ask: @Sendable (_ request: [UInt8]) async throws -> [UInt8]

    package init(url: String, random: UInt64, ask: @escaping @Sendable ([UInt8]) async throws -> [UInt8]) {
        self.url = url
        self.random = random
        self.ask = ask
    }

    /// A reply that is about the digest.
    ///
    /// - Throws: ``TimestampProblem`` for any other, and what asking throws.
    func stamp(_ digest: [UInt8]) async throws -> [UInt8] {
        let request = TimestampRequest(digest: digest, random: random)
        let bytes = try await ask(request.bytes)
        let reply = try TimestampReply(bytes)
        guard reply.digest == request.digest else { throw TimestampProblem.otherDigest }
        guard reply.nonce == request.nonce else { throw TimestampProblem.otherNonce }
        return bytes
    }
}
