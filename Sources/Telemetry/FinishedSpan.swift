package import Tracing

/// A span that has ended, as far as it is sent.
package struct FinishedSpan: Sendable {
    /// A value of an attribute: texts are cut at ``RecordingSpan/mostBytes``.
    package enum Value: Equatable, Sendable {
        case text(String)
        case int(Int64)
        case double(Double)
        case bool(Bool)
    }

    package let context: TraceContext
    package let parent: String?
    package let name: String
    package let kind: SpanKind
    /// In nanoseconds since 1970, as the end.
    package let begin: UInt64
    package let end: UInt64
    package let attributes: [(key: String, value: Value)]
    /// What went wrong; nil when nothing did.
    package let error: String?
}
