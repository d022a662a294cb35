import Crypto
import ReadModels
import Synchronization
import Time

/// Which order's wake-up each stock agent was sent, and what it said of it.
///
/// In the memory of each process: what is forgotten is sent again. That does no harm, as a wake-up only has the host look for its
/// order. Each process has ids of its own: an agent runs none twice, and would not do what another process has had it begin
/// (docs/decisions/0039-each-process-wakes-by-its-own-ids.md).
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
        /// Whether a run of it ended with the power of its host, or with the process that ran it.
        var wasCutOff = false
    }

    private let nodes = Mutex([String: WakeUp]())
    /// What ids of this process end with: eight hexadecimal digits.
    private let process: String

    init() { process = String(Hexadecimal.text((0..<4).map { _ in UInt8.random(in: 0 ... .max) })) }

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
            let known = nodes[node].flatMap { $0.order == order ? $0 : nil } ?? WakeUp(order: order)
            Self.remember(known, due: now + Self.patience, of: node, in: &nodes)
            return known.run
        }
        return Self.stem(of: order, run: run) + process
    }

    /// The host has taken the wake-up.
    func take(_ id: String, by node: String) {
        nodes.withLock { nodes in
            guard let known = nodes[node], Self.run(of: id, known.order) == known.run else { return }
            nodes[node]?.due = nil
        }
    }

    /// The run of a wake-up has ended, and its order has not: the host is to be woken once more, after a while.
    func end(_ id: String, of order: String, by node: String, at now: Timestamp) {
        nodes.withLock { nodes in
            guard let next = Self.next(after: id, of: order, known: nodes[node]) else { return }
            Self.remember(next, due: now + Self.rest, of: node, in: &nodes)
        }
    }

    /// The run of a wake-up was cut off before it could end: the host is to be woken for its order at once, but once alone.
    ///
    /// - Returns: false when that was done before.
    func cutOff(_ id: String, of order: String, by node: String, at now: Timestamp) -> Bool {
        nodes.withLock { nodes in
            // Told twice.
            guard var next = Self.next(after: id, of: order, known: nodes[node]) else { return true }
            guard !next.wasCutOff else { return false }
            next.wasCutOff = true
            Self.remember(next, due: now, of: node, in: &nodes)
            return true
        }
    }

    /// Whether that is the id of any wake-up for the order, of whatever process.
    static func isID(_ id: String, of order: String) -> Bool { run(of: id, order) != nil }

    // MARK: - Steps

    private static func run(of id: String, _ order: String) -> Int? {
        (0..<mostRuns).first { id.hasPrefix(stem(of: order, run: $0)) }
    }

    /// nil when the host was woken for the order once more since.
    private static func next(after id: String, of order: String, known: WakeUp?) -> WakeUp? {
        guard let run = run(of: id, order) else { return nil }
        let known = known.flatMap { $0.order == order ? $0 : nil }
        guard run >= known?.run ?? 0 else { return nil }
        var next = known ?? WakeUp(order: order)
        next.run = min(run + 1, mostRuns - 1)
        return next
    }

    private static func remember(_ wakeUp: WakeUp, due: Timestamp, of node: String, in nodes: inout [String: WakeUp]) {
        if nodes[node] == nil, nodes.count >= capacity { nodes = [:] }
        nodes[node] = wakeUp
        nodes[node]?.due = due
    }

    /// What ids begin with: 24 hexadecimal digits, the same on every server.
    private static func stem(of order: String, run: Int) -> String {
        let digest = SHA256.hash(data: Array("ringmaster wake-up 1/\(order)/\(run)".utf8))
        return String(Hexadecimal.text(digest).prefix(24))
    }
}
