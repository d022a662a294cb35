import Time

/// Stands for a stream of a kind that no decider is registered for: every message to it is set aside.
final class UnknownKindStream: OpenStream {
    private let id: StreamID

    init(id: StreamID) { self.id = id }

    var version: Int64 { 0 }
    var wakeAt: Timestamp? { nil }

    func restore(_ snapshot: Snapshot) throws { throw UnknownKind(stream: id) }
    func fold(_ commit: Commit) throws { throw UnknownKind(stream: id) }
    func snapshot() throws -> Snapshot { throw UnknownKind(stream: id) }

    func decide(_ message: Message?, _ context: DecisionContext) throws(DecisionFailure) -> Decision {
        throw .poison("\(UnknownKind(stream: id))")
    }
}

/// Nothing decides for streams of this kind.
private struct UnknownKind: Error, CustomStringConvertible {
    var stream: StreamID

    var description: String {
        "no stream kind \"\(stream.kind)\" is known to this engine; check the stream's name, or upgrade every engine"
    }
}
