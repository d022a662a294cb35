import FoundationEssentials
import Logging
import Synchronization
import Telemetry
import Testing
import Tracing

@Suite("Traces")
struct SpanExporterTests {
    private struct Refused: Error {}

    /// What a receiver got, and whether it takes it.
    private final class Receiver: Sendable {
        let bodies = Mutex<[[UInt8]]>([])
        let refuses = Mutex(false)

        var exporter: SpanExporter {
            SpanExporter(resource: TraceResource(service: "ringmaster", instance: "one")) { [self] body in
                if refuses.withLock({ $0 }) { throw Refused() }
                bodies.withLock { $0.append(body) }
            }
        }

        /// The spans of all bodies, as JSON has them.
        func spans() throws -> [[String: JSON]] {
            try bodies.withLock { $0 }.flatMap { body -> [[String: JSON]] in
                let request = try JSONDecoder().decode(Request.self, from: Data(body))
                return request.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans)
            }
        }
    }

    private struct Request: Decodable {
        struct Resource: Decodable { var scopeSpans: [Scope] }
        struct Scope: Decodable { var spans: [[String: JSON]] }
        var resourceSpans: [Resource]
    }

    /// As much of JSON as is looked at.
    private enum JSON: Decodable, Equatable {
        case text(String), flag(Bool), number(Double), list([JSON]), object([String: JSON])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let list = try? container.decode([JSON].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: JSON].self))
            }
        }
    }

    private var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    @Test("Spans go out as OTLP in JSON, the inner under the outer, with attributes and errors")
    func sent() async throws {
        let receiver = Receiver()
        let exporter = receiver.exporter
        let tracer = RecordingTracer(exporter: exporter)
        var context = InstrumentationContext.topLevel
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        tracer.extract(["traceparent": header], into: &context, using: Headers())
        let outer = tracer.startSpan("request", context: context, ofKind: .server)
        let inner = tracer.startSpan("work", context: outer.context)
        inner.attributes["count"] = 7
        inner.attributes["name"] = String(repeating: "x", count: 10_000)
        inner.attributes["is"] = true
        inner.recordError(Refused())
        inner.end()
        inner.end()
        outer.operationName = "/api/v1/nodes"
        outer.end()
        await exporter.sendAll(logger)
        let spans = try receiver.spans()
        #expect(spans.map { $0["name"] } == [.text("work"), .text("/api/v1/nodes")])
        #expect(spans.allSatisfy { $0["traceId"] == .text("0af7651916cd43dd8448eb211c80319c") })
        #expect(spans[1]["parentSpanId"] == .text("b7ad6b7169203331") && spans[1]["kind"] == .number(2))
        #expect(spans[0]["parentSpanId"] == spans[1]["spanId"])
        #expect(spans[0]["status"] == .object(["code": .number(2), "message": .text("Refused()")]))
        guard case .list(let attributes) = spans[0]["attributes"] else { throw Refused() }
        let values = attributes.compactMap { attribute -> [String: JSON]? in
            if case .object(let fields) = attribute, case .object(let value) = fields["value"] { value } else { nil }
        }
        #expect(values.contains(["intValue": .text("7")]))
        #expect(values.contains(["stringValue": .text(String(repeating: "x", count: 512))]))
        #expect(exporter.counts == SpanExporter.Counts(sent: 2))
    }

    @Test("What whoever began the trace does not record is not recorded, and is handed on so")
    func unsampled() async throws {
        let receiver = Receiver()
        let exporter = receiver.exporter
        let tracer = RecordingTracer(exporter: exporter)
        var context = InstrumentationContext.topLevel
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
        tracer.extract(["traceparent": header], into: &context, using: Headers())
        let span = tracer.startSpan("request", context: context)
        var carrier: [String: String] = [:]
        tracer.inject(span.context, into: &carrier, using: Headers())
        #expect(carrier["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
        #expect(carrier["traceparent"]?.hasSuffix("-00") == true && carrier["traceparent"] != header)
        #expect(!span.isRecording)
        span.end()
        await exporter.sendAll(logger)
        #expect(try receiver.spans().isEmpty)
    }

    @Test("Spans that come while too many wait, and those that a receiver does not take, are dropped and counted")
    func bounded() async throws {
        let receiver = Receiver()
        let exporter = receiver.exporter
        let tracer = RecordingTracer(exporter: exporter)
        for _ in 0..<SpanExporter.capacity + 10 { tracer.startSpan("s", context: .topLevel).end() }
        #expect(exporter.counts == SpanExporter.Counts(dropped: 10))
        receiver.refuses.withLock { $0 = true }
        await exporter.sendAll(logger)
        let failed = exporter.counts.failed
        #expect(failed > 0 && failed < SpanExporter.capacity, "one batch; the others wait for the next round")
        receiver.refuses.withLock { $0 = false }
        await exporter.sendAll(logger)
        #expect(exporter.counts.sent == SpanExporter.capacity - failed)
        #expect(try receiver.spans().count == exporter.counts.sent)
        #expect(receiver.bodies.withLock { $0.count } > 1, "in batches")
    }

    @Test("What waits when the server ends is sent")
    func ending() async throws {
        let receiver = Receiver()
        let exporter = receiver.exporter
        let run = Task { [logger] in await exporter.run(logger: logger) }
        RecordingTracer(exporter: exporter).startSpan("last", context: .topLevel).end()
        run.cancel()
        await run.value
        #expect(try receiver.spans().map { $0["name"] } == [.text("last")])
    }

    @Test("An address is one of HTTP")
    func addresses() {
        #expect(TraceReceiver(url: "http://127.0.0.1:4318") != nil)
        #expect(TraceReceiver(url: "https://otel.example/v1/traces") != nil)
        for url in ["", "127.0.0.1:4318", "ftp://x", "http://"] { #expect(TraceReceiver(url: url) == nil, "\(url)") }
    }
}

/// Headers as a dictionary.
private struct Headers: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}
