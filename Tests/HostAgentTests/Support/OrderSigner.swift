import AgentProtocol
import Crypto
import Foundation
import HostAgent

/// A control plane's order key in a test.
struct OrderSigner {
    let key = Curve25519.Signing.PrivateKey()

    func gate(node: String = Orders.node) -> OrderGate { OrderGate(node: node, keys: [key.publicKey]) }

    func sign(_ order: Order) throws -> OrderEnvelope {
        try sign(payload: String(decoding: JSONEncoder().encode(order), as: UTF8.self))
    }

    func sign(payload: String) throws -> OrderEnvelope {
        var envelope = OrderEnvelope(payload: payload, signature: "")
        envelope.signature = try key.signature(for: Data(envelope.signedBytes)).base64EncodedString()
        return envelope
    }
}
