package import AgentProtocol
import Time

/// The JSON of orders, of which a lane's opening makes one for every host.
///
/// The same bytes as ``DomainJSON`` writes, in a fraction of the time.
package enum PlainOrder {
    /// What is signed.
    package static func payload(of order: Order) throws -> String {
        var writer = PlainJSONWriter(capacity: 1_024)
        do throws(PlainJSON.Unusual) {
            try writer.append(order)
            return writer.text
        } catch {
            return try DomainJSON.encode(order)
        }
    }

    /// What agents get.
    package static func text(of envelope: OrderEnvelope) throws -> String {
        var writer = PlainJSONWriter(capacity: envelope.payload.utf8.count * 5 / 4 + 128)
        do throws(PlainJSON.Unusual) {
            writer.raw("{\"payload\":")
            try writer.quoted(envelope.payload)
            writer.raw(",\"signature\":")
            try writer.string(envelope.signature)
            writer.raw("}")
            return writer.text
        } catch {
            return try DomainJSON.encode(envelope)
        }
    }
}

extension PlainJSONWriter {
    fileprivate mutating func append(_ order: Order) throws(PlainJSON.Unusual) {
        guard order.hooks == nil else { throw PlainJSON.Unusual() }
        raw("{\"cycle\":")
        try string(order.cycle)
        raw(",\"expires\":")
        integer(order.expires.microseconds)
        raw(",\"id\":")
        try string(order.id)
        raw(",\"issued\":")
        integer(order.issued.microseconds)
        raw(",\"node\":")
        try string(order.node)
        if let rebootSlot = order.rebootSlot {
            raw(",\"rebootSlot\":")
            try string(rebootSlot)
        }
        raw(",\"rollout\":")
        try string(order.rollout)
        raw(",\"version\":")
        integer(Int64(order.version))
        raw(",\"window\":{\"closes\":")
        integer(order.window.closes.microseconds)
        raw(",\"cutoff\":")
        integer(order.window.cutoff.microseconds)
        raw(",\"opens\":")
        integer(order.window.opens.microseconds)
        raw("},\"work\":")
        try append(order.work)
        raw("}")
    }

    private mutating func append(_ work: Order.Work) throws(PlainJSON.Unusual) {
        switch work {
        case .scan: raw("{\"scan\":{}}")
        case .run: throw PlainJSON.Unusual()
        case .install(let planDigest, let patches, let newcomers, let reboot):
            try append(planDigest, patches, newcomers, reboot)
        }
    }

    private mutating func append(
        _ planDigest: String,
        _ patches: [PatchReference],
        _ newcomers: [PatchReference],
        _ reboot: Order.RebootPolicy
    ) throws(PlainJSON.Unusual) {
        raw("{\"install\":{\"newcomers\":")
        try append(newcomers)
        raw(",\"patches\":")
        try append(patches)
        raw(",\"planDigest\":")
        try string(planDigest)
        raw(",\"reboot\":")
        try string(reboot.rawValue)
        raw("}}")
    }

    private mutating func append(_ patches: [PatchReference]) throws(PlainJSON.Unusual) {
        raw("[")
        for (number, patch) in patches.enumerated() {
            raw(number > 0 ? ",{\"architecture\":" : "{\"architecture\":")
            try string(patch.architecture)
            raw(",\"name\":")
            try string(patch.name)
            raw(",\"version\":")
            try string(patch.version)
            raw("}")
        }
        raw("]")
    }
}
