package import Tracing

/// Which trace a span is of, as W3C Trace Context writes it in the header `traceparent`.
package struct TraceContext: Equatable, Sendable {
    /// 32 digits, hexadecimal, lower-case; not all zeros.
    package let trace: String
    /// Of the span, 16 digits.
    package let span: String
    /// Whether whoever began the trace has it recorded.
    package let isSampled: Bool

    init(trace: String, span: String, isSampled: Bool) {
        (self.trace, self.span, self.isSampled) = (trace, span, isSampled)
    }

    /// A span of a new trace, or of the one that `parent` is of.
    init(under parent: Self?) {
        self.init(
            trace: parent?.trace ?? Self.random(words: 2),
            span: Self.random(words: 1),
            isSampled: parent?.isSampled ?? true
        )
    }

    /// nil for what a standard-abiding sender does not write; later versions may have more behind the flags.
    package init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts[0...3].allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(trace: String(parts[1]), span: String(parts[2]), isSampled: flags & 1 == 1)
    }

    package var traceparent: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    // MARK: - Steps

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func random(words: Int) -> String {
        (0..<words).map { _ in
            let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// Under which the present span is handed on.
private enum TraceContextKey: InstrumentationContextKey {
    typealias Value = TraceContext
    static let nameOverride: String? = "trace"
}

extension InstrumentationContext {
    package var trace: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}
