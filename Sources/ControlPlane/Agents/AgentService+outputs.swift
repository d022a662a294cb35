import AgentProtocol
import Domain
import DurableStreams
import ReadModels

/// What programs printed on hosts.
extension AgentService {
    /// Returns when the output is durable under the node, the order and its name.
    ///
    /// - Parameter output: compressed; it is kept as it is, and never read here.
    package func store(output bytes: [UInt8], of order: String, named name: String, from node: String) async throws {
        guard OrderID(order) != nil else {
            let detail = "\"\(order)\" is not the id of an order of this control plane; drop the output"
            throw Problem(status: 400, code: "unknown-order", detail: detail)
        }
        let isKeepable = order.utf8.count <= Limits.nameBytes && !order.utf8.contains(0)
        guard OrderOutput.isName(name), isKeepable, Self.isGzip(bytes) else {
            let detail =
                "not an output: its name takes lower-case letters, digits, dots and hyphens, \(OrderOutput.maximumNameBytes) "
                + "bytes at most, and its content is compressed by gzip"
            throw Problem(status: 400, code: "malformed-output", detail: detail)
        }
        try await outputs.store(bytes, of: order, named: name, from: node, at: desk.now())
    }

    private static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }
}
