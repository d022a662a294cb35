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

    var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// Says, signed by this key, which keys are valid.
    func state(_ version: Int, _ keys: [OrderSigner]) throws -> OrderKeyEnvelope {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let statement = OrderKeyStatement(version: version, keys: keys.map(\.publicKey))
        return try sign(statement: String(decoding: encoder.encode(statement), as: UTF8.self))
    }

    func sign(statement: String) throws -> OrderKeyEnvelope {
        var envelope = OrderKeyEnvelope(payload: statement, signature: "")
        envelope.signature = try key.signature(for: Data(envelope.signedBytes)).base64EncodedString()
        return envelope
    }
}
