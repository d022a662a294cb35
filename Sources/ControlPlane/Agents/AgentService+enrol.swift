package import AgentProtocol
import Crypto
import Domain
import DurableStreams
import FoundationEssentials
import PatchStreams
import ReadModels

extension AgentService {
    /// Makes the holder of the key a node, if the activation allows it.
    ///
    /// The same key with the same activation gets the same node, and counts once.
    ///
    /// - Parameter source: the address that the request came from, if it is known.
    /// - Throws: ``Problem`` 429 to who failed too often lately.
    package func enrol(_ request: EnrolmentRequest, from source: String? = nil) async throws -> EnrolmentResponse {
        try await limiting(request.activation, source) { try await admitted(request, from: source) }
    }

    /// Slows down who enrols in vain.
    func limiting<Value>(
        _ activation: String,
        _ source: String?,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try enrolmentLimits.check(source: source, activation: activation, at: desk.now())
        do {
            return try await body()
        } catch let problem as Problem where (400..<500).contains(problem.status) {
            enrolmentLimits.noteFailure(source: source, activation: activation, at: desk.now())
            throw problem
        }
    }

    /// Believes the key beside the node's present one, until the first request that it signs.
    package func changeKey(_ change: KeyChange, of node: String) async throws {
        let bytes = KeyChange.proofBytes(node: node, publicKey: change.publicKey)
        _ = try Self.key(change.publicKey, provedBy: change.proof, over: bytes)
        try await offer(change.publicKey, to: node)
    }

    /// - Parameter publicKey: was checked.
    func offer(_ publicKey: String, to node: String) async throws {
        try await desk.ask(
            Node.stream(node),
            NodeMessage.offerKey(publicKey: publicKey),
            id: "offer-key/\(Secret.identifier())",
            by: "node/\(node)"
        )
        // The key may sign the next request, and what is remembered does not know it.
        keys.forget(node)
    }

    // MARK: - Steps

    private func admitted(_ request: EnrolmentRequest, from source: String?) async throws -> EnrolmentResponse {
        let key = try Self.key(request.publicKey, provedBy: request.proof, over: request.proofBytes)
        try HostFactsRules.check(request.facts)
        let node = NodeKeys.nodeID(of: key)
        let use = ActivationRequest(
            codeHash: ContentStore.digest(of: request.code),
            publicKey: request.publicKey,
            node: node,
            facts: NodeFacts(request.facts),
            source: source
        )
        let enrolment = try await self.use(request.activation, use)
        return EnrolmentResponse(node: node, site: enrolment.site, patchGroup: enrolment.patchGroup)
    }

    /// Returns when the node is enrolled.
    func use(_ activation: String, _ use: ActivationRequest) async throws -> NodeEnrolment {
        try await checkActivation(activation, codeHash: use.codeHash, source: use.source)
        try await desk.ask(
            Activation.stream(activation),
            ActivationMessage.use(use),
            id: "use/\(use.node)/\(use.codeHash.prefix(16))",
            by: "node/\(use.node)"
        )
        return try await keys.enrolment(of: use.node, by: activation)
    }

    /// The raw key, if its holder signed the bytes.
    private static func key(_ text: String, provedBy proof: String, over bytes: [UInt8]) throws(Problem) -> Data {
        guard let raw = Data(base64Encoded: text), let proof = Data(base64Encoded: proof),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw),  // length is all it checks
            key.isValidSignature(proof, for: bytes)
        else {
            let detail = "the request is not signed by the key that it names; send it again from the host"
            throw Problem(status: 400, code: "bad-proof", detail: detail)
        }
        return raw
    }

    /// Made-up activations leave no trace: whoever guesses cannot fill the database with answers.
    ///
    /// Who does not know the code is told nothing else, neither of the activation's networks nor of its end.
    private func checkActivation(_ activation: String, codeHash: String, source: String?) async throws {
        let unknown = Problem(
            status: 409,
            code: ActivationRefusal.unknown.code,
            detail: ActivationRefusal.unknown.detail
        )
        guard activation.utf8.count <= Limits.nameBytes, !activation.utf8.contains(0) else { throw unknown }
        let folded = try await reader.fold(DomainDecider<Activation>.withoutEffects, Activation.stream(activation))
        guard let terms = folded?.state.terms, terms.codeHash == codeHash else { throw unknown }
        guard let networks = terms.networks else { return }
        let isInside = source.map { source in networks.contains { SourceNetwork($0)?.contains(source) == true } }
        guard isInside == true else {
            let detail =
                "cannot enrol: activation \(activation) is for other networks than \(source ?? "an unknown address"); create "
                + "another with `ringmaster activation create --from`"
            throw Problem(status: 409, code: "activation-elsewhere", detail: detail)
        }
    }
}

extension NodeFacts {
    fileprivate init(_ facts: HostFacts) {
        self.init(
            hostname: facts.hostname,
            platform: facts.platform,
            platformVersion: facts.platformVersion,
            architecture: facts.architecture,
            agentVersion: facts.agentVersion,
            instance: facts.instance.map { CloudInstance(id: $0.id, region: $0.region, account: $0.account) }
        )
    }
}

/// What a host may say of itself: short and printable.
enum HostFactsRules {
    static func check(_ facts: HostFacts) throws(Problem) {
        let instance = facts.instance.map { [$0.id, $0.region, $0.account] } ?? []
        let texts = [facts.hostname, facts.platform, facts.platformVersion, facts.architecture, facts.agentVersion]
        for text in texts + instance {
            guard (1...255).contains(text.utf8.count),
                text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\u{7f}" })
            else {
                let detail = "cannot enrol: each of the host's facts must be 1 to 255 bytes without control characters"
                throw Problem(status: 400, code: "invalid-facts", detail: detail)
            }
        }
    }
}
