package import AgentProtocol
package import Crypto
import FoundationEssentials
package import Time

/// Decides whether an order is genuine, for this node, and to be done now.
package struct OrderGate: Sendable {
    private let node: String
    private var keys: [Curve25519.Signing.PublicKey]

    /// - Parameter keys: the control plane's order keys; one valid signature by any of them is enough.
    package init(node: String, keys: [Curve25519.Signing.PublicKey]) {
        self.node = node
        self.keys = keys
    }

    /// The gate that trusts these keys and no others.
    func trusting(_ keys: [Curve25519.Signing.PublicKey]) -> Self {
        var gate = self
        gate.keys = keys
        return gate
    }

    /// The order inside the envelope.
    ///
    /// - Throws: the first check that fails, in this order: signature, form, version, node, expiry, window, withdrawal.
    package func open(_ envelope: OrderEnvelope, at now: Timestamp) throws(OrderRefusal) -> Order {
        guard let signature = Data(base64Encoded: envelope.signature),
            keys.contains(where: { $0.isValidSignature(signature, for: Data(envelope.signedBytes)) })
        else {
            let detail = "the order is not signed by an order key of this agent"
            throw OrderRefusal(order: Self.readableID(envelope), .badSignature, detail)
        }
        let version = try Self.header(envelope).version
        guard Order.knownVersions.contains(version) else {
            let known = Order.knownVersions.upperBound
            let detail = "the order has version \(version); this agent knows up to \(known): update the agent"
            throw OrderRefusal(order: Self.readableID(envelope), .unknownVersion, detail)
        }
        let order = try Self.decode(envelope)
        try check(order, at: now)
        guard envelope.isWithdrawn != true else {
            throw OrderRefusal(order: order.id, .withdrawn, "the control plane took it back before this host began")
        }
        return order
    }

    private func check(_ order: Order, at now: Timestamp) throws(OrderRefusal) {
        func refusal(_ reason: RefusalReason, _ detail: String) -> OrderRefusal {
            OrderRefusal(order: order.id, reason, detail)
        }
        guard order.node == node else { throw refusal(.otherNode, "the order is for \(order.node), this is \(node)") }
        guard now < order.expires else {
            throw refusal(.expired, "the order expired at \(order.expires); by this host's clock it is \(now)")
        }
        // A host whose clock is a little behind gets the first orders of a window too early by its own time; it waits.
        guard now >= max(order.window.opens, order.issued) - Order.clockTolerance else {
            let times = "the order is of \(order.issued) and its window opens at \(order.window.opens)"
            throw refusal(.windowNotOpen, "\(times); by this host's clock it is \(now)")
        }
        guard now < order.window.cutoff else {
            let detail = "the window's cutoff was \(order.window.cutoff); by this host's clock it is \(now)"
            throw refusal(.pastCutoff, detail)
        }
    }

    // MARK: - Reading

    private struct Header: Decodable { var version: Int }

    private struct Identity: Decodable { var id: String }

    private static func header(_ envelope: OrderEnvelope) throws(OrderRefusal) -> Header {
        do {
            return try JSONDecoder().decode(Header.self, from: Data(envelope.payload.utf8))
        } catch {
            throw OrderRefusal(order: readableID(envelope), .malformed, "the order does not read: \(error)")
        }
    }

    private static func decode(_ envelope: OrderEnvelope) throws(OrderRefusal) -> Order {
        do {
            return try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
        } catch {
            throw OrderRefusal(order: readableID(envelope), .malformed, "the order does not read: \(error)")
        }
    }

    /// The order's id where it can be made out; it names the report alone and is trusted for nothing.
    private static func readableID(_ envelope: OrderEnvelope) -> String? {
        // Whatever is wrong with the payload is reported by the caller already.
        try? JSONDecoder().decode(Identity.self, from: Data(envelope.payload.utf8)).id
    }
}

/// An order that is not done, and why.
package struct OrderRefusal: Error, Equatable, Sendable {
    /// The order's id, nil when it cannot be read.
    package var order: String?
    package var reason: RefusalReason
    package var detail: String

    package init(order: String?, _ reason: RefusalReason, _ detail: String) {
        self.order = order
        self.reason = reason
        self.detail = detail
    }

    /// The order came from the control plane, for this node: its refusal ends it.
    package var isBinding: Bool {
        switch reason {
        case .expired, .replayed, .windowNotOpen, .pastCutoff, .notAsPlanned, .unknownVersion: true
        case .businessHours, .freeze, .clock, .hostLimits, .withdrawn: true
        case .badSignature, .malformed, .otherNode: false
        }
    }
}
