import AWSSignature
import AgentProtocol
import ControlPlane
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import PatchStreams
import ReadModels
import Time

/// Answers the stock amazon-ssm-agent.
///
/// Its requests are signed by its own RSA key, or by temporary credentials that are good for its node's calls alone.
struct InstanceDoor: Sendable {
    private static let ssm = "AmazonSSM."
    private static let messages = "EC2WindowsMessageDeliveryService."
    /// The target of a poll.
    static let poll = messages + "GetMessages"

    let agents: AgentService
    let questions: FleetQuestions
    let terms: OneShotTerms
    let taken: TakenSignatures
    let now: @Sendable () -> Timestamp

    /// Whether it is the agent who asks: whatever it may ask by its credentials, and what needs its key.
    func takes(_ request: Request, target: String) -> Bool {
        switch target {
        case "AmazonSSM.RegisterManagedInstance", "AmazonSSM.RequestManagedInstanceRoleToken",
            "AmazonSSM.UpdateManagedInstancePublicKey":
            true
        default:
            target.hasPrefix(Self.messages)
                || request.headers[.authorization]?.contains("Credential=\(RoleCredentials.idPrefix)") == true
        }
    }

    /// - Parameter source: the address that the request came from, if it is known.
    /// - Throws: ``SSMError``, and what else the control plane failed with.
    func answer(_ request: Request, target: String, _ body: Data, from source: String?) async throws -> Data {
        do {
            if target == "AmazonSSM.RegisterManagedInstance" { return try await register(body, from: source) }
            let proof = try InstanceProof(
                method: request.method.rawValue,
                target: request.head.path ?? "/",
                headers: SignatureGate.headers(of: request),
                body: body
            )
            switch target {
            case "AmazonSSM.RequestManagedInstanceRoleToken": return try await credentials(body, proof)
            case "AmazonSSM.UpdateManagedInstancePublicKey": return try await changeKey(body, proof)
            default: return try await answer(target, body, proof)
            }
        } catch {
            throw Self.shown(error)
        }
    }

    /// A refusal as agents know it.
    static func shown(_ error: any Error) -> any Error {
        switch error {
        case let refusal as SignatureRefusal: SSMError(refusal)
        case let refusal as InstanceRefusal: SSMError(refusal)
        default: error
        }
    }

    // MARK: - By its own key, or before it is known

    private func register(_ body: Data, from source: String?) async throws -> Data {
        let input = try WireJSON.decode(InstanceInput.Registration.self, from: body)
        do {
            let registration = InstanceRegistration(
                activation: input.activationId,
                code: input.activationCode,
                publicKey: input.publicKey,
                fingerprint: input.fingerprint ?? ""
            )
            let node = try await agents.register(registration, from: source)
            return try WireJSON.encode(InstanceOutput.Registration(instanceId: node))
        } catch let problem as Problem where (400..<500).contains(problem.status) && problem.status != 429 {
            throw SSMError("InvalidActivation", problem.detail)
        }
    }

    private func credentials(_ body: Data, _ proof: InstanceProof) async throws -> Data {
        let input = try WireJSON.decode(InstanceInput.RoleToken.self, from: body)
        let given = try await agents.credentials(for: proof, fingerprint: input.fingerprint ?? "")
        // Nobody who has overheard a request gets other credentials by it.
        try taken.take(proof.claim.signature, at: now())
        taken.settle(proof.claim.signature)
        return try WireJSON.encode(
            InstanceOutput.RoleToken(
                accessKeyId: given.accessKeyID,
                secretAccessKey: given.secret,
                sessionToken: given.sessionToken,
                tokenExpirationDate: EpochSeconds(given.expires)
            )
        )
    }

    private func changeKey(_ body: Data, _ proof: InstanceProof) async throws -> Data {
        let input = try WireJSON.decode(InstanceInput.NewKey.self, from: body)
        try await agents.changeKey(input.newPublicKey, for: proof)
        return try WireJSON.encode(NoOutput())
    }

    // MARK: - By its credentials

    private func answer(_ target: String, _ body: Data, _ proof: InstanceProof) async throws -> Data {
        let node = try await agents.node(signing: proof, forMessages: target.hasPrefix(Self.messages))
        switch target {
        case Self.ssm + "UpdateInstanceInformation":
            let input = try WireJSON.decode(InstanceInput.Information.self, from: body)
            try Self.check(input.instanceId, is: node)
            try await agents.describe(node, as: InstanceDescription(input))
        case Self.ssm + "ListInstanceAssociations":
            try Self.check(try WireJSON.decode(InstanceInput.Instance.self, from: body).instanceId, is: node)
            return try WireJSON.encode(InstanceOutput.Associations())
        case Self.messages + "AcknowledgeMessage":
            let input = try WireJSON.decode(InstanceInput.Acknowledgement.self, from: body)
            agents.take(try Self.wakeUp(of: input.messageId, to: node), by: node)
        case Self.messages + "SendReply": try await reply(body, from: node)
        case Self.messages + "FailMessage":
            let input = try WireJSON.decode(InstanceInput.Failure.self, from: body)
            let type = (input.failureType ?? "unknown").prefix(100)
            let end = WakeUpEnd.failure(.interrupted, detail: "amazon-ssm-agent could not take the order: \(type)")
            try await agents.end(try Self.wakeUp(of: input.messageId, to: node), as: end, by: node)
        case Self.ssm + "PutInventory": try await keepInventory(body, of: node)
        case Self.ssm + "PutComplianceItems": try await keepCompliance(body, of: node)
        case Self.messages + "DeleteMessage", Self.ssm + "UpdateInstanceAssociationStatus": break
        default:
            let text = "credentials of \(node) allow the calls of its agent alone"
            throw SSMError("AccessDeniedException", text)
        }
        return try WireJSON.encode(NoOutput())
    }

    /// What our own scans tell is taken of no one else, and what nobody uses has no effect: it is not sent again.
    private func keepInventory(_ body: Data, of node: String) async throws {
        let input = try WireJSON.decode(InventoryIntake.self, from: body)
        try Self.check(input.instanceId, is: node)
        guard !input.custom.items.isEmpty else { return }
        try Shape.structure(InventoryIntake.members).check(body: body)
        try await input.custom.keep(in: questions.customInventories)
    }

    private func keepCompliance(_ body: Data, of node: String) async throws {
        let input = try WireJSON.decode(ComplianceIntake.self, from: body)
        try Self.check(input.resourceId, is: node)
        guard CustomShelf.isCustom(input.complianceType) else { return }
        try Shape.structure(ComplianceIntake.members).check(body: body)
        try await input.keep(in: questions.customCompliance)
    }

    private func reply(_ body: Data, from node: String) async throws {
        let input = try WireJSON.decode(InstanceInput.Reply.self, from: body)
        let wakeUp = try Self.wakeUp(of: input.messageId, to: node)
        let payload: ReplyPayload
        do {
            payload = try DomainJSON.decode(ReplyPayload.self, from: input.payload)
        } catch {
            throw SSMError.validation("the reply's payload is not what an agent sends")
        }
        // A final reply may come alone, and others may come after it.
        agents.take(wakeUp, by: node)
        if let end = payload.end { try await agents.end(wakeUp, as: end, by: node) }
    }

    // MARK: - Steps

    static func check(_ instance: String, is node: String) throws(SSMError) {
        guard instance == node else { throw SSMError("InvalidInstanceId", "the credentials are those of \(node)") }
    }

    private static func wakeUp(of message: String, to node: String) throws(SSMError) -> String {
        guard let wakeUp = WakeUpMessage.wakeUp(of: message, to: node) else {
            throw .validation("the message is none to \(node)")
        }
        return wakeUp
    }
}

extension InstanceDescription {
    fileprivate init(_ input: InstanceInput.Information) {
        self.init(
            agentVersion: input.agentVersion,
            platformType: input.platformType ?? "Linux",
            platformName: input.platformName,
            platformVersion: input.platformVersion,
            computerName: input.computerName
        )
    }
}

extension SSMError {
    /// The agent is silent for half an hour after two of these; none of them is of a moment.
    fileprivate init(_ refusal: InstanceRefusal) {
        switch refusal {
        case .unknown(let node):
            self.init("InvalidInstanceId", "there is no node \(node) with a stock agent; register the host")
        case .revoked(let node): self.init("AccessDeniedException", "\(node) was revoked; register the host anew")
        case .otherMachine(let node):
            let text =
                "\(node) was registered on another machine, and is quarantined; revoke it and register both hosts anew"
            self.init("MachineFingerprintDoesNotMatch", text)
        }
    }
}
