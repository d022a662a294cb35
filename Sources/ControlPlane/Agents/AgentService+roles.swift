import AWSSignature
import AgentProtocol
import ReadModels

/// What those do who have a stock agent's temporary credentials.
extension AgentService {
    /// The signing name of the agents' protocol and of SSM.
    static let service = "ssm"

    /// The node whose credentials signed the request, as long as they, its key and the node itself are trusted.
    ///
    /// - Parameters:
    ///   - service: the signing name that the request must be for, such as `ec2messages`.
    ///   - lifetime: how long ago the node's standing may have been learned.
    /// - Throws: ``SignatureRefusal``.
    func node(signing proof: InstanceProof, service: String, within lifetime: Duration = NodeKeys.lifetime)
        async throws -> String
    {
        let now = desk.now()
        guard let role = roleKeys.key(claimedBy: proof, sealKey: sealKey) else { throw SignatureRefusal.unknownKey }
        try proof.verify(by: role.key, service: service, at: now)
        roleKeys.keep(role, provedBy: proof, at: now)
        let credentials = role.credentials
        guard now < credentials.expires else { throw SignatureRefusal.expired }
        guard let identity = try await keys.identity(of: credentials.node, within: lifetime) else {
            throw SignatureRefusal.unknownKey
        }
        // A key that was changed ends them; who gets to hear that they have expired looks for newer ones.
        guard identity.owns(credentials) else { throw SignatureRefusal.expired }
        return credentials.node
    }

    /// Of a request of the agents' protocol.
    func authenticate(_ request: SignedRequest, by proof: InstanceProof) async throws -> String {
        do {
            let node = try await node(signing: proof, service: Self.service)
            guard request.node == nil || request.node == node else { throw Self.unauthenticated }
            return try admit(request, as: node)
        } catch let refusal as SignatureRefusal {
            let code = refusal == .expired ? "credentials-expired" : Self.unauthenticated.code
            throw Problem(status: 401, code: code, detail: refusal.message)
        }
    }
}
