import Telemetry
import Testing

@Suite("traceparent")
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test("is read and written as W3C Trace Context has it", arguments: [("01", true), ("00", false), ("ff", true)])
    func read(flags: String, isSampled: Bool) throws {
        let context = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-\(flags)"))
        #expect((context.trace, context.span, context.isSampled) == (Self.trace, Self.span, isSampled))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-\(isSampled ? "01" : "00")")
    }

    @Test("of a later version may have more")
    func later() {
        #expect(TraceContext(traceparent: "01-\(Self.trace)-\(Self.span)-01-more")?.trace == Self.trace)
    }

    @Test(
        "that is none is not believed",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-more", "ff-\(trace)-\(span)-01",
            "00-\(trace.uppercased())-\(span)-01", "00-00000000000000000000000000000000-\(span)-01",
            "00-\(trace)-0000000000000000-01", "00-\(trace.dropLast())-\(span)-01", "00-\(trace)-\(span)-0",
            "00-\(trace)-\(span)-zz", "00-\(trace.dropLast())é-\(span)-01",
        ]
    )
    func malformed(text: String) { #expect(TraceContext(traceparent: text) == nil) }
}
