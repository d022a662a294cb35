import AgentProtocol
import Crypto
import FoundationEssentials
import Time

/// A request as it came, with what its sender says of itself.
package struct SignedRequest: Sendable {
    private let method: String
    private let target: String
    let node: String?
    private let time: String?
    private let signature: String?
    private let body: [UInt8]

    package init(method: String, target: String, node: String?, time: String?, signature: String?, body: [UInt8]) {
        self.method = method
        self.target = target
        self.node = node
        self.time = time
        self.signature = signature
        self.body = body
    }

    /// Whether the holder of the key signed this request within the clock tolerance.
    ///
    /// - Throws: ``Problem`` 401 with the server's time when the clocks are too far apart, so that the agent can say so.
    func isGenuine(key: Curve25519.Signing.PublicKey, now: Timestamp) throws(Problem) -> Bool {
        guard let node, let milliseconds, let signature = signature.flatMap({ Data(base64Encoded: $0) })
        else { return false }
        let bytes = RequestSignature.bytes(
            method: method,
            target: target,
            node: node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: body))
        )
        guard key.isValidSignature(signature, for: bytes) else { return false }
        try checkClock(node: node, milliseconds: milliseconds, now: now)
        return true
    }

    /// When it was signed, by its sender's clock.
    var milliseconds: Int64? { time.flatMap { Int64($0) } }

    /// - Throws: ``Problem`` 401 when the clocks are too far apart.
    func checkClock(node: String, milliseconds: Int64, now: Timestamp) throws(Problem) {
        let serverMilliseconds = now.microseconds / 1_000
        let (skew, overflow) = serverMilliseconds.subtractingReportingOverflow(milliseconds)
        guard !overflow, skew.magnitude <= UInt64(RequestSignature.toleranceMilliseconds) else {
            let detail = "the clock of \(node) is too far from the server's, which reads \(now); set the host's clock"
            throw Problem(status: 401, code: "clock-skew", detail: detail)
        }
    }
}
