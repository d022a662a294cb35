import Crypto
import ReadModels
import Synchronization
import Time

/// Which order's wake-up each stock agent was sent, and what it said of it.
///
/// In the memory of each process: what is forgotten is sent again. That does no harm, as a wake-up only has the host look for its order.
final class WakeUps: Sendable {
    /// How long after a wake-up that nobody acknowledged it is sent again.
    private static let patience = Duration.seconds(15)
    /// How long after a run that came to an end without the order's the host is woken anew.
    private static let rest = Duration.seconds(60)
    /// Runs of an order's wake-up, each with an id of its own; the last is sent again and again.
    private static let mostRuns = 20
    /// Nodes that are remembered.
    private static let capacity = 100_000

    private struct WakeUp {
        let order: String
        var run = 0
        /// When it is to be sent again; nil for not by itself.
        var due: Timestamp?
    }

    private let nodes = Mutex([String: WakeUp]())

    /// The order that the node was woken for, and when it is to be woken for it again, which is after the moment; nil when it is not.
    func known(by node: String, at now: Timestamp) -> (order: String, due: Timestamp?)? {
        guard let known = nodes.withLock({ $0[node] }), known.due.map({ now < $0 }) ?? true else { return nil }
        return (known.order, known.due)
    }

    /// Notes that the node is sent a wake-up for the order.
    ///
    /// - Returns: its id.
    func send(_ order: String, to node: String, at now: Timestamp) -> String {
        let run = nodes.withLock { nodes in
            if nodes[node] == nil, nodes.count >= Self.capacity { nodes = [:] }
            let run = nodes[node].map { $0.order == order ? $0.run : 0 } ?? 0
            nodes[node] = WakeUp(order: order, run: run, due: now + Self.patience)
            return run
        }
        return Self.id(of: order, run: run)
    }

    /// The host has taken the wake-up.
    func take(_ id: String, by node: String) {
        nodes.withLock { nodes in
            guard let known = nodes[node], Self.id(of: known.order, run: known.run) == id else { return }
            nodes[node]?.due = nil
        }
    }

    /// The run of a wake-up has ended, and its order has not: the host is to be woken once more, after a while.
    func end(_ id: String, by node: String, at now: Timestamp) {
        nodes.withLock { nodes in
            guard let known = nodes[node], Self.id(of: known.order, run: known.run) == id else { return }
            nodes[node]?.run = min(known.run + 1, Self.mostRuns - 1)
            nodes[node]?.due = now + Self.rest
        }
    }

    /// Whether that is the id of any wake-up for the order.
    static func isID(_ id: String, of order: String) -> Bool {
        (0..<mostRuns).contains { Self.id(of: order, run: $0) == id }
    }

    /// 32 hexadecimal digits, the same on every server.
    private static func id(of order: String, run: Int) -> String {
        let digest = SHA256.hash(data: Array("ringmaster wake-up 1/\(order)/\(run)".utf8))
        return String(Hexadecimal.text(digest).prefix(32))
    }
}
