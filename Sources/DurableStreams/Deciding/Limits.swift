import Time

/// What one message, event or effect may measure.
package enum Limits {
    /// A body: far above the largest there is, which opens a lane of 100,000 hosts and names what each gets.
    package static let bodyBytes = 16 << 20
    /// Ids, streams, kinds, actors and nodes: they are parts of index keys, which PostgreSQL limits to 2.7 kB.
    package static let nameBytes = 256

    static func check(name: String, _ what: String) throws(InvalidText) {
        guard !name.isEmpty else { throw InvalidText("its \(what) is empty; give it one") }
        guard name.utf8.count <= nameBytes else {
            throw InvalidText("its \(what) has \(name.utf8.count) bytes and may have \(nameBytes); shorten it")
        }
        guard !hasNUL(name) else {
            throw InvalidText("its \(what) contains a NUL character, which PostgreSQL cannot store; remove it")
        }
    }

    private static func hasNUL(_ text: String) -> Bool {
        // Every message passes here; over the bytes in place it costs a tenth.
        text.utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? text.utf8.contains(0)
    }

    /// Years 1 to 9999: what every reader of a timestamp can hold, and safely within what PostgreSQL can.
    static let times =
        Timestamp(microseconds: -62_135_596_800_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    static func clamp(_ time: Timestamp) -> Timestamp { min(max(time, times.lowerBound), times.upperBound) }

    static func check(body: String) throws(InvalidText) {
        guard body.utf8.count <= bodyBytes else {
            throw InvalidText("its body has \(body.utf8.count) bytes and may have \(bodyBytes); split it")
        }
        guard !hasNUL(body) else {
            throw InvalidText("its body contains a NUL character, which PostgreSQL cannot store; escape it as \\u0000")
        }
    }
}

/// Text that cannot be stored, and why.
package struct InvalidText: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension Message {
    /// Whether every field can be stored.
    package func check() throws(InvalidText) {
        do throws(InvalidText) {
            try Limits.check(name: id, "id")
            try Limits.check(name: stream.rawValue, "stream")
            try Limits.check(name: kind, "kind")
            try Limits.check(name: actor, "actor")
            try Limits.check(body: body)
            guard Limits.times.contains(receivedAt) else { throw InvalidText("its time is not in the years 1 to 9999") }
        } catch {
            throw InvalidText("message \(id.prefix(80)) to \(stream.rawValue.prefix(80)) is refused: \(error)")
        }
    }
}

extension Effect {
    /// Whether every field can be stored.
    func check() throws(InvalidText) {
        switch self {
        case .order(let id, let node, let body):
            try Limits.check(name: id, "order's id")
            try Limits.check(name: node, "order's node")
            try Limits.check(body: body)
        case .retractOrder(let id, let node), .withdrawOrder(let id, let node):
            try Limits.check(name: id, "order's id")
            try Limits.check(name: node, "order's node")
        case .task(let id, let kind, let body, let notBefore):
            guard Limits.times.contains(notBefore) else {
                throw InvalidText("the time of task \(id) is not in the years 1 to 9999")
            }
            try Limits.check(name: id, "task's id")
            try Limits.check(name: kind, "task's kind")
            try Limits.check(body: body)
        case .message(let id, let stream, let kind, let body):
            try Limits.check(name: id, "message's id")
            try Limits.check(name: stream.rawValue, "message's stream")
            try Limits.check(name: kind, "message's kind")
            try Limits.check(body: body)
        }
    }
}
