package import AWSSignature
import Crypto
import Time

/// A request that is signed in AWS's way by a stock agent, or by a program that it has started.
package struct InstanceProof: Sendable {
    private static let tokenHeader = "x-amz-security-token"

    package let claim: SignatureClaim
    /// Of temporary credentials; nil for what the agent's own key signs.
    let token: String?
    private let request: SignableRequest

    /// - Parameters:
    ///   - target: path and query exactly as they came.
    ///   - headers: all of them, with the host.
    ///   - body: all of it, without the chunks that it may have come in.
    /// - Throws: ``SignatureRefusal`` for a request that is not signed so.
    package init(
        method: String,
        target: String,
        headers: [(name: String, value: String)],
        body: some Sequence<UInt8>
    ) throws(SignatureRefusal) {
        claim = try SignatureClaim(headers)
        token = headers.first { $0.name.lowercased() == Self.tokenHeader }?.value
        request = SignableRequest(
            method: method,
            target: target,
            headers: headers,
            payloadHash: SignatureV4.payloadHash(body)
        )
    }

    /// - Throws: ``SignatureRefusal`` for a signature by another secret, for another service, or of another time.
    ///
    /// - Parameter key: of the claim's scope.
    func verify(by key: SymmetricKey, service: String, at now: Timestamp) throws(SignatureRefusal) {
        try claim.check(service: service, at: now)
        try claim.verify(request, by: key)
    }

    /// Whether the holder of the key has signed it.
    func isSigned(by key: NodePublicKey) -> Bool {
        guard case .stock(let key) = key else { return false }
        // A key has signed it or has not; who asks refuses it in its own words.
        return (try? claim.verify(request) { key.isSignature($0, of: $1) }) != nil
    }
}
