/// Who waits for orders, and which nodes are to be looked up: a machine without I/O.
struct OrderWaiters {
    typealias Continuation = CheckedContinuation<StoredOrder?, any Error>

    struct Waiter {
        /// How many more ticks it waits.
        var ticks: Int
        var continuation: Continuation
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
    private var waiters: [String: [Int: Waiter]] = [:]
    /// Where each ticket waits; nil after ``cancel(_:)`` came first.
    private var nodes: [Int: String?] = [:]
    private var marked: Set<String> = []
    private var isClosed = false

    mutating func ticket() throws(OrderDeskFull) -> Int {
        guard nodes.count < Self.maximumWaiters, !isClosed else { throw OrderDeskFull() }
        nextTicket += 1
        nodes[nextTicket] = .some(nil)
        return nextTicket
    }

    /// False when the ticket was cancelled before.
    mutating func add(_ waiter: Waiter, ticket: Int, node: String) -> Bool {
        guard nodes[ticket] != nil, !isClosed else { return false }
        nodes[ticket] = .some(node)
        waiters[node, default: [:]][ticket] = waiter
        marked.insert(node)
        return true
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

    /// Lets time pass and marks all that wait; true when there are any.
    mutating func tick() -> Bool {
        for (node, tickets) in waiters {
            for ticket in tickets.keys { waiters[node]?[ticket]?.ticks -= 1 }
        }
        marked.formUnion(waiters.keys)
        return !marked.isEmpty
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
            for waiter in removeAll(of: order.node) {
                settlement.entries.append((waiter.continuation, .success(order)))
            }
        }
        for waiter in removeExpired(of: nodes) { settlement.entries.append((waiter.continuation, .success(nil))) }
        return settlement
    }

    /// Ends the waits whose time is up with the error.
    mutating func fail(_ nodes: [String], _ error: any Error) -> Settlement {
        Settlement(entries: removeExpired(of: nodes).map { ($0.continuation, .failure(error)) })
    }

    mutating func close() -> [Continuation] {
        isClosed = true
        return waiters.keys.flatMap { removeAll(of: $0) }.map(\.continuation)
    }

    // MARK: - Steps

    private mutating func remove(_ ticket: Int, from node: String) -> Waiter? {
        let waiter = waiters[node]?.removeValue(forKey: ticket)
        if waiters[node]?.isEmpty == true { waiters[node] = nil }
        nodes[ticket] = nil
        return waiter
    }

    private mutating func removeAll(of node: String) -> [Waiter] {
        (waiters[node] ?? [:]).keys.sorted().compactMap { remove($0, from: node) }
    }

    private mutating func removeExpired(of nodes: [String]) -> [Waiter] {
        nodes.flatMap { node in
            (waiters[node] ?? [:]).filter { $0.value.ticks <= 0 }.keys.sorted().compactMap { remove($0, from: node) }
        }
    }
}
