import AgentProtocol
import Crypto
package import Time

/// Proves to the control plane which node sends a request.
package protocol RequestSigner: Sendable {
    /// - Throws: ``LinkFailure/unauthorized(detail:)`` when there is nothing to sign with.
    func proof(of request: UnsignedRequest, at moment: Timestamp) throws(LinkFailure) -> RequestProof
}

/// What a signature may cover of a request.
package struct UnsignedRequest: Sendable {
    package var method: String
    /// Path and query exactly as they are sent.
    package var target: String
    /// As its header names it: with the port, unless that is the usual one.
    package var host: String
    package var node: String
    package var body: [UInt8]

    package init(method: String, target: String, host: String, node: String, body: [UInt8]) {
        self.method = method
        self.target = target
        self.host = host
        self.node = node
        self.body = body
    }
}

/// Who sends a request, in its headers.
package struct RequestProof: Sendable {
    package var headers: [(name: String, value: String)]
    /// Tells what signed it from what may sign later; no secret.
    package var signer: String
}

extension HostKey: RequestSigner {
    package func proof(of request: UnsignedRequest, at moment: Timestamp) throws(LinkFailure) -> RequestProof {
        let milliseconds = moment.microseconds / 1_000
        let bytes = RequestSignature.bytes(
            method: request.method,
            target: request.target,
            node: request.node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: request.body))
        )
        do {
            let headers = [
                (name: RequestSignature.nodeHeader, value: request.node),
                (name: RequestSignature.timeHeader, value: String(milliseconds)),
                (name: RequestSignature.signatureHeader, value: try sign(bytes)),
            ]
            return RequestProof(headers: headers, signer: publicKey)
        } catch {
            throw .unauthorized(detail: "the host's key does not sign: \(error)")
        }
    }
}

extension HostKeyring: RequestSigner {
    package func proof(of request: UnsignedRequest, at moment: Timestamp) throws(LinkFailure) -> RequestProof {
        try current.proof(of: request, at: moment)
    }
}
