import Synchronization
package import Tracing

/// A span under way, which hands what it came to to an exporter when it ends.
package final class RecordingSpan: Tracing.Span {
    /// Of attributes, in number, and of each text: a span is of bounded size whatever a client sends.
    static let mostAttributes = 32
    static let mostBytes = 512

    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var error: String?
        var hasEnded = false
    }

    package let context: InstrumentationContext
    private let trace: TraceContext
    private let parent: String?
    private let kind: SpanKind
    private let begin: UInt64
    private let exporter: SpanExporter
    private let state: Mutex<State>

    init(
        _ name: String,
        under context: InstrumentationContext,
        kind: SpanKind,
        begin: UInt64,
        exporter: SpanExporter
    ) {
        let parent = context.trace
        trace = TraceContext(under: parent)
        self.parent = parent?.span
        var context = context
        context.trace = trace
        self.context = context
        (self.kind, self.begin, self.exporter) = (kind, begin, exporter)
        state = Mutex(State(name: name))
    }

    package var isRecording: Bool { trace.isSampled && state.withLock { !$0.hasEnded } }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) {
        guard status.code == .error else { return }
        state.withLock { $0.error = $0.error ?? Self.cut(status.message ?? "failed") }
    }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.error = Self.cut("\(error)") }
    }

    /// Neither is sent.
    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let ended, trace.isSampled else { return }
        var attributes: [(key: String, value: FinishedSpan.Value)] = []
        ended.attributes.forEach { key, value in
            guard attributes.count < Self.mostAttributes, let value = Self.value(value) else { return }
            attributes.append((key, value))
        }
        exporter.add(
            FinishedSpan(
                context: trace,
                parent: parent,
                name: Self.cut(ended.name),
                kind: kind,
                begin: begin,
                end: max(begin, instant().nanosecondsSinceEpoch),
                attributes: attributes,
                error: ended.error
            )
        )
    }

    // MARK: - Steps

    private static func value(_ attribute: SpanAttribute) -> FinishedSpan.Value? {
        switch attribute {
        case .int32(let value): .int(Int64(value))
        case .int64(let value): .int(value)
        case .double(let value): .double(value)
        case .bool(let value): .bool(value)
        case .string(let value): .text(cut(value))
        case .stringConvertible(let value): .text(cut("\(value)"))
        default: nil
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= mostBytes ? text : String(decoding: text.utf8.prefix(mostBytes), as: UTF8.self)
    }
}
