/// Who waits for orders, and which nodes are to be looked up: a machine without I/O.
struct OrderWaiters {
    typealias Continuation = CheckedContinuation<StoredOrder?, any Error>

    private struct Waiter {
        /// The tick with which its wait ends.
        var end: Int
        let continuation: Continuation
        /// The order that it does not wait for.
        let known: String?
    }

    /// What is to be told to whom, once no lock is held.
    struct Settlement {
        fileprivate var entries: [(Continuation, Result<StoredOrder?, any Error>)] = []

        func resume() {
            for (continuation, result) in entries { continuation.resume(with: result) }
        }
    }

    /// Long polls of one process: more than the largest fleet that one process serves.
    private static let maximumWaiters = 50_000

    private var nextTicket = 0
    /// Ticks that have passed.
    private var now = 0
    private var waiters: [String: [Int: Waiter]] = [:]
    /// Where each ticket waits; nil after ``cancel(_:)`` came first.
    private var nodes: [Int: String?] = [:]
    /// Which tickets' waits end with which tick; those that are over already are passed over.
    private var ends: [Int: [Int]] = [:]
    private var marked: Set<String> = []
    /// In how many ticks from its beginning every wait ends; nil when there is no drain.
    private var drainTicks: Int?
    private var isClosed = false

    mutating func ticket() throws(OrderDeskFull) -> Int {
        guard nodes.count < Self.maximumWaiters, !isClosed else { throw OrderDeskFull() }
        nextTicket += 1
        nodes[nextTicket] = .some(nil)
        return nextTicket
    }

    /// False when the ticket was cancelled before.
    mutating func add(
        _ continuation: Continuation,
        ticks: Int,
        ticket: Int,
        node: String,
        known: String? = nil
    ) -> Bool {
        guard nodes[ticket] != nil, !isClosed else { return false }
        nodes[ticket] = .some(node)
        waiters[node, default: [:]][ticket] = Waiter(end: now + ticks, continuation: continuation, known: known)
        end(ticket, of: node)
        marked.insert(node)
        return true
    }

    /// Lets every wait end within so many ticks, about as many with each.
    mutating func drain(ticks: Int) {
        guard drainTicks == nil else { return }
        drainTicks = ticks
        for (ticket, node) in nodes { if let node { end(ticket, of: node) } }
    }

    mutating func cancel(_ ticket: Int) -> Continuation? {
        guard let node = nodes.removeValue(forKey: ticket) ?? nil else { return nil }
        return remove(ticket, from: node)?.continuation
    }

    /// Marks those of the nodes that wait; true when there are any.
    mutating func mark(_ nodes: Set<String>) -> Bool {
        let waiting = nodes.filter { waiters[$0] != nil }
        marked.formUnion(waiting)
        return !waiting.isEmpty
    }

    /// Lets time pass and marks those whose time is up; true when anybody is marked.
    mutating func tick() -> Bool {
        now += 1
        for ticket in ends.removeValue(forKey: now) ?? [] {
            if let node = nodes[ticket] ?? nil { marked.insert(node) }
        }
        return !marked.isEmpty
    }

    /// Marks all that wait.
    ///
    /// - Returns: how many nodes they are.
    mutating func markAll() -> Int {
        marked.formUnion(waiters.keys)
        return waiters.count
    }

    /// The next nodes to look up.
    mutating func takeMarked(limit: Int) -> [String] {
        let nodes = Array(marked.prefix(limit))
        marked.subtract(nodes)
        return nodes.filter { waiters[$0] != nil }
    }

    /// Ends the waits of the nodes that have an order, and those whose time is up.
    mutating func settle(_ nodes: [String], _ orders: [StoredOrder]) -> Settlement {
        var settlement = Settlement()
        for order in orders {
            for waiter in removeAll(of: order.node, but: order.id) {
                settlement.entries.append((waiter.continuation, .success(order)))
            }
        }
        for waiter in removeExpired(of: nodes) { settlement.entries.append((waiter.continuation, .success(nil))) }
        return settlement
    }

    /// Ends the waits whose time is up with the error; the others are to be looked up again.
    mutating func fail(_ nodes: [String], _ error: any Error) -> Settlement {
        let settlement = Settlement(entries: removeExpired(of: nodes).map { ($0.continuation, .failure(error)) })
        marked.formUnion(nodes.filter { waiters[$0] != nil })
        return settlement
    }

    mutating func close() -> [Continuation] {
        isClosed = true
        return waiters.keys.flatMap { removeAll(of: $0) }.map(\.continuation)
    }

    // MARK: - Steps

    /// Notes when the wait ends, in a drain earlier than it was to.
    private mutating func end(_ ticket: Int, of node: String) {
        guard var end = waiters[node]?[ticket]?.end else { return }
        if let drainTicks { end = min(end, now + 1 + ticket % drainTicks) }
        waiters[node]?[ticket]?.end = end
        ends[end, default: []].append(ticket)
    }

    private mutating func remove(_ ticket: Int, from node: String) -> Waiter? {
        let waiter = waiters[node]?.removeValue(forKey: ticket)
        if waiters[node]?.isEmpty == true { waiters[node] = nil }
        nodes[ticket] = nil
        return waiter
    }

    /// - Parameter order: those that know it are left.
    private mutating func removeAll(of node: String, but order: String? = nil) -> [Waiter] {
        (waiters[node] ?? [:]).filter { order == nil || $0.value.known != order }.keys.sorted()
            .compactMap { remove($0, from: node) }
    }

    private mutating func removeExpired(of nodes: [String]) -> [Waiter] {
        nodes.flatMap { node in
            (waiters[node] ?? [:]).filter { $0.value.end <= now }.keys.sorted().compactMap { remove($0, from: node) }
        }
    }
}
