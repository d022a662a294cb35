/// A kind of stream, with its decider's types hidden: what the engine knows of it are bytes.
package struct StreamType: Sendable {
    package let kind: String
    let repeatableKinds: Set<String>
    let open: @Sendable (StreamID) -> any OpenStream

    package init<D: Decider>(_ decider: D) {
        kind = D.kind
        repeatableKinds = D.repeatableKinds
        open = { FoldedStream(decider, id: $0) }
    }
}
