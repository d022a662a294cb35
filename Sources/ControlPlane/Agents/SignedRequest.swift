import AWSSignature
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
    /// How it is signed by what a stock agent has started; nil when it is not.
    let role: InstanceProof?

    /// - Parameter headers: all of them, with the host; none where only our agents ask.
    package init(
        method: String,
        target: String,
        node: String?,
        time: String?,
        signature: String?,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]
    ) {
        // What is wrong with a signature that cannot be read is nobody's business.
        role =
            headers.isEmpty ? nil : try? InstanceProof(method: method, target: target, headers: headers, body: body)
        self.method = method
        self.target = target
        self.node = node
        self.time = time
        self.signature = signature
        self.body = body
    }

    /// Which boot of which machine its sender is, as it says; nil from agents that do not say it.
    var boot: UInt64? {
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let name = RequestSignature.bootParameter + "="
        return query.split(separator: "&").first { $0.hasPrefix(name) }
            .flatMap { UInt64($0.dropFirst(name.count), radix: 16) }
    }

    /// Whether the holder of the key signed this request, at whatever time.
    func isGenuine(key: NodePublicKey) -> Bool {
        guard case .agent(let key) = key, let node, let milliseconds,
            let signature = signature.flatMap({ Data(base64Encoded: $0) })
        else { return false }
        let bytes = RequestSignature.bytes(
            method: method,
            target: target,
            node: node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: body))
        )
        return key.isValidSignature(signature, for: bytes)
    }

    /// When it was signed, by its sender's clock.
    private var milliseconds: Int64? {
        if let role { return role.claim.date.microseconds / 1_000 }
        return time.flatMap { Int64($0) }
    }

    /// How far its sender's clock is ahead of ours, in milliseconds; nil when it tells no time.
    func skew(at now: Timestamp) -> Int64? {
        milliseconds.map { milliseconds in
            let (skew, overflow) = milliseconds.subtractingReportingOverflow(now.microseconds / 1_000)
            return overflow ? (milliseconds < 0 ? .min : .max) : skew
        }
    }

    static func isNear(_ skew: Int64) -> Bool { skew.magnitude <= UInt64(RequestSignature.toleranceMilliseconds) }

    /// - Throws: ``Problem`` 401 with the server's time when the clocks are too far apart, so that the agent can say so.
    func checkClock(node: String, skew: Int64, now: Timestamp) throws(Problem) {
        guard Self.isNear(skew) else {
            let detail = "the clock of \(node) is too far from the server's, which reads \(now); set the host's clock"
            throw Problem(status: 401, code: "clock-skew", detail: detail)
        }
    }
}
