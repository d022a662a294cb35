package import AgentProtocol
import Crypto
import FoundationEssentials
package import ReadModels

/// The Ed25519 key of a host.
package struct HostKey: Sendable {
    private let key = Curve25519.Signing.PrivateKey()

    package init() {}

    /// The raw public key, base64.
    package var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// Base64.
    package func sign(_ bytes: [UInt8]) throws -> String { Data(try key.signature(for: bytes)).base64EncodedString() }

    /// What a host with this key sends to enrol.
    package func enrolment(
        _ activation: ActivationView,
        _ facts: HostFacts = FakeHost(name: "host").facts
    ) throws -> EnrolmentRequest {
        var request = EnrolmentRequest(
            activation: activation.activation,
            code: activation.code,
            publicKey: publicKey,
            proof: "",
            facts: facts
        )
        request.proof = try sign(request.proofBytes)
        return request
    }
}
