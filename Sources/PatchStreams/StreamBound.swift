package import Domain
package import DurableStreams

/// A domain aggregate that lives as streams of one kind.
package protocol StreamBound: EventSourced {
    /// The first part of its streams' names.
    static var streamKind: String { get }
}

extension StreamBound {
    /// The stream of the aggregate with this name.
    package static func stream(_ name: String) -> StreamID { StreamID(kind: streamKind, name: name) }
}

extension Activation: StreamBound {
    package static var streamKind: String { "activation" }
}

extension Cycle: StreamBound {
    package static var streamKind: String { "cycle" }
}

extension Node: StreamBound {
    package static var streamKind: String { "node" }
}

extension Rollout: StreamBound {
    package static var streamKind: String { "rollout" }
}
