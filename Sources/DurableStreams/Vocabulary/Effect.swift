package import Time

/// What an event asks of the world; committed with it or not at all.
package enum Effect: Equatable, Sendable {
    /// An order for a node. `id` is unique for ever; a node fetches its orders one at a time, oldest first.
    case order(id: String, node: String, body: String)
    /// The order is over or void; the node no longer gets it.
    case retractOrder(id: String, node: String)
    /// The node that has begun the order hears that it is not wanted any more; it stays until it is retracted.
    case withdrawOrder(id: String, node: String)
    /// Work for a worker, claimed with a lease and tried again with back-off. Its worker answers with messages.
    case task(id: String, kind: String, body: String, notBefore: Timestamp)
    /// A message to another stream; `id` is its dedupe key.
    case message(id: String, to: StreamID, kind: String, body: String)
}
