import AWSSignature
import AgentProtocol
import Domain
import DurableStreams
import FoundationEssentials
import PatchStreams
import ReadModels
import Time

/// What the stock agent asks of the control plane with its own key.
extension AgentService {
    /// Makes the holder of an RSA key a node, if the activation allows it.
    ///
    /// Nothing proves that the sender holds the key: a key that is enrolled already stays where it is.
    ///
    /// - Parameter source: the address that the request came from, if it is known.
    /// - Returns: the node's id.
    /// - Throws: ``Problem`` 429 to who failed too often lately.
    package func register(_ request: InstanceRegistration, from source: String? = nil) async throws -> String {
        try await limiting(request.activation, source) {
            guard InstanceKey(request.publicKey) != nil, let der = Data(base64Encoded: request.publicKey),
                request.isPlain
            else {
                let detail =
                    "cannot register: the key must be one of RSA, of 2,048 to 4,096 bits, with the fingerprint of its machine"
                throw Problem(status: 400, code: "bad-instance-key", detail: detail)
            }
            let node = NodeKeys.nodeID(of: der)
            if let known = try await keys.identity(of: node), known.enrolment.activation != request.activation {
                let refusal = NodeRefusal.otherKey(node: node)
                throw Problem(status: 409, code: refusal.code, detail: refusal.detail)
            }
            let use = ActivationRequest(
                codeHash: ContentStore.digest(of: request.code),
                publicKey: request.publicKey,
                node: node,
                facts: .unknown(node: node),
                source: source,
                stock: StockIdentity(fingerprint: request.fingerprint)
            )
            return try await self.use(request.activation, use).node
        }
    }

    /// Temporary credentials for the node whose key has signed the request.
    ///
    /// - Parameter fingerprint: of the machine that asks. Another one than was registered means that the key was copied: the node is
    ///   quarantined.
    /// - Throws: ``SignatureRefusal``, ``InstanceRefusal``, and ``Problem`` of a moment.
    package func credentials(for proof: InstanceProof, fingerprint: String) async throws -> RoleCredentials {
        let now = desk.now()
        let (node, identity) = try await instance(signing: proof)
        if fingerprint != identity.enrolment.stock?.fingerprint {
            let first = identity.enrolment.stock?.fingerprint ?? ""
            if !identity.isCloned { try await report(NodeClash(first: first, second: fingerprint), of: node) }
            throw InstanceRefusal.otherMachine(node: node)
        }
        contacts.note(NodeContact(node: node, heardAt: now, clockOffSeconds: 0))
        return RoleCredentials(node: node, publicKey: identity.enrolment.publicKey, at: now, sealKey: sealKey)
    }

    /// Believes the key beside the node's present one, which has signed the request, until the first request that it signs.
    package func changeKey(_ publicKey: String, for proof: InstanceProof) async throws {
        let (node, _) = try await instance(signing: proof)
        guard InstanceKey(publicKey) != nil else {
            let detail = "cannot give \(node) another key: it must be one of RSA, of 2,048 to 4,096 bits"
            throw Problem(status: 400, code: "bad-instance-key", detail: detail)
        }
        try await offer(publicKey, to: node)
    }

    // MARK: - Steps

    private func instance(signing proof: InstanceProof) async throws -> (String, NodeKeys.Identity) {
        let node = proof.claim.accessKeyID
        try proof.claim.check(service: Self.service, at: desk.now())
        guard node.utf8.count <= Limits.nameBytes, !node.utf8.contains(0),
            let known = try await keys.identity(of: node), known.enrolment.stock != nil
        else { throw try await keys.isRevoked(node) ? InstanceRefusal.revoked(node: node) : .unknown(node: node) }
        if proof.isSigned(by: known.key) { return (node, known) }
        guard let fresh = try await keys.identity(of: node, within: NodeKeys.lifetimeOfDoubted) else {
            throw InstanceRefusal.revoked(node: node)
        }
        if proof.isSigned(by: fresh.key) { return (node, fresh) }
        guard let next = fresh.nextKey, proof.isSigned(by: next.key) else { throw SignatureRefusal.mismatch }
        try await use(next.text, as: node)
        guard let changed = try await keys.identity(of: node) else { throw InstanceRefusal.revoked(node: node) }
        return (node, changed)
    }
}

/// What `RegisterManagedInstance` tells.
package struct InstanceRegistration: Sendable {
    private static let fingerprintBytes = 64

    package var activation: String
    package var code: String
    /// The SubjectPublicKeyInfo of an RSA key in base64.
    package var publicKey: String
    package var fingerprint: String

    package init(activation: String, code: String, publicKey: String, fingerprint: String) {
        self.activation = activation
        self.code = code
        self.publicKey = publicKey
        self.fingerprint = fingerprint
    }

    fileprivate var isPlain: Bool {
        (1...Self.fingerprintBytes).contains(fingerprint.utf8.count)
            && fingerprint.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

extension NodeFacts {
    /// Of a host that has said nothing yet.
    fileprivate static func unknown(node: String) -> Self {
        Self(
            hostname: node,
            platform: "unknown",
            platformVersion: "unknown",
            architecture: "unknown",
            agentVersion: StockIdentity.agentName
        )
    }
}
