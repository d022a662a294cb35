package import Domain
package import DurableStreams
package import Time

/// A domain aggregate that lives as streams of one kind.
package protocol StreamBound: EventSourced {
    /// The first part of its streams' names.
    static var streamKind: String { get }

    /// Kinds of messages that the aggregate recognises by itself when they come again.
    static var repeatableKinds: Set<String> { get }

    /// The aggregate's own, faster way to the JSON of messages and events of which there are many; nil leaves them to
    /// ``DomainJSON``, which writes the same bytes.
    static func plainBody(of message: Message) -> String?
    static func plainMessage(_ body: String) -> Message?
    static func plainData(of event: Event) -> String?
    static func plainEvent(_ data: String) -> Event?

    /// Evolves by a plain event straight from where it is stored, as ``Decider/evolve(_:_:from:)`` describes it.
    mutating func evolve(_ bytes: [UInt8], from start: Int) -> Int?

    /// What the stream is told when a task that it asked for is given up.
    ///
    /// - Parameter body: as ``TaskRunner/failureKind`` describes it.
    /// - Throws: for an aggregate that asks for no tasks.
    static func message(ofFailedTask body: String) throws -> Message
}

extension StreamBound {
    package static var repeatableKinds: Set<String> { [] }
    package static func plainBody(of message: Message) -> String? { nil }
    package static func plainMessage(_ body: String) -> Message? { nil }
    package static func plainData(of event: Event) -> String? { nil }
    package static func plainEvent(_ data: String) -> Event? { nil }
    package mutating func evolve(_ bytes: [UInt8], from start: Int) -> Int? { nil }

    package static func message(ofFailedTask body: String) throws -> Message {
        throw UnaskedTask(kind: streamKind, body: body)
    }
}

private struct UnaskedTask: Error, CustomStringConvertible {
    let kind: String
    let body: String

    var description: String { "a stream of the kind \(kind) asks for no tasks, and was told that one failed: \(body)" }
}

extension StreamBound {
    /// The stream of the aggregate with this name.
    package static func stream(_ name: String) -> StreamID { StreamID(kind: streamKind, name: name) }
}

extension AccessBook: StreamBound {
    package static var streamKind: String { "access" }

    /// There is one fleet.
    package static var streamName: String { "fleet" }
}

extension AuditTrail: StreamBound {
    package static var streamKind: String { "audit" }

    /// Each month, of UTC, has a stream of its own, such as `audit/2026-11`.
    package static func stream(at moment: Timestamp) -> StreamID { stream(String(moment.description.prefix(7))) }
}

extension Activation: StreamBound {
    package static var streamKind: String { "activation" }
}

extension Cycle: StreamBound {
    package static var streamKind: String { "cycle" }

    package static func message(ofFailedTask body: String) throws -> CycleMessage {
        let failed = try DomainJSON.decode(FailedTask.self, from: body)
        return .taskFailed(failed.work, error: failed.error)
    }

    private struct FailedTask: Decodable {
        let work: CycleTask
        let error: String
    }
}

extension DocumentHistory: StreamBound {
    package static var streamKind: String { "document" }
}

extension Feed: StreamBound {
    package static var streamKind: String { "feed" }
}

extension Node: StreamBound {
    package static var streamKind: String { "node" }
}

extension Outbox: StreamBound {
    package static var streamKind: String { "outbox" }

    /// What is no news changes nothing, and notices are numbered.
    package static var repeatableKinds: Set<String> { ["observe", "delivered"] }

    package static func stream(ofNode node: String) -> StreamID { stream("node/\(node)") }
    package static func stream(ofCycle cycle: String) -> StreamID { stream("cycle/\(cycle)") }

    package static func message(ofFailedTask body: String) throws -> OutboxMessage {
        let failed = try DomainJSON.decode(FailedTask.self, from: body)
        let (recipient, notice) = (failed.work.recipient, failed.work.notice)
        return .failed(destination: recipient.destination, number: notice.number, error: failed.error)
    }

    private struct FailedTask: Decodable {
        let work: Delivery
        let error: String
    }
}

extension PolicyBook: StreamBound {
    package static var streamKind: String { "policy" }

    /// There is one fleet.
    package static var streamName: String { "fleet" }

    /// What its workers could not do they have logged; nothing in it waits for them.
    package static func message(ofFailedTask body: String) throws -> PolicyMessage { .wake }
}

extension RebootSlots: StreamBound {
    package static var streamKind: String { "reboot-slots" }
}

extension Rollout: StreamBound {
    package static var streamKind: String { "rollout" }

    /// Reports are numbered within their order.
    package static var repeatableKinds: Set<String> { ["report"] }

    package static func plainBody(of message: RolloutMessage) -> String? {
        guard case .report(let report, let node) = message else { return nil }
        return PlainReport.body(report, node: node)
    }

    package static func plainMessage(_ body: String) -> RolloutMessage? { PlainReport.message(body) }
    package static func plainData(of event: RolloutEvent) -> String? { PlainRolloutEvent.data(of: event) }
    package static func plainEvent(_ data: String) -> RolloutEvent? { PlainRolloutEvent.event(data) }

    package mutating func evolve(_ bytes: [UInt8], from start: Int) -> Int? {
        PlainRolloutEvent.evolve(&self, bytes, from: start)
    }
}
