import FoundationEssentials
import Tracing

/// Which process the spans are of.
package struct TraceResource: Sendable {
    package let service: String
    /// Which of the service's processes.
    package let instance: String

    package init(service: String, instance: String) { (self.service, self.instance) = (service, instance) }
}

/// The body of `POST /v1/traces` as OTLP has it in JSON: `ExportTraceServiceRequest`.
struct TraceRequest: Encodable {
    struct ResourceSpans: Encodable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }

    struct Resource: Encodable {
        var attributes: [Attribute]
    }

    struct ScopeSpans: Encodable {
        var scope: Scope
        var spans: [Span]
    }

    struct Scope: Encodable {
        var name: String
    }

    struct Attribute: Encodable {
        var key: String
        var value: Value
    }

    /// 64-bit integers are texts in JSON.
    struct Value: Encodable {
        var stringValue: String?
        var intValue: String?
        var doubleValue: Double?
        var boolValue: Bool?
    }

    struct Status: Encodable {
        /// 2 is an error.
        var code: Int
        var message: String
    }

    struct Span: Encodable {
        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        var kind: Int
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status?
    }

    let resourceSpans: [ResourceSpans]

    init(_ spans: [FinishedSpan], of resource: TraceResource) {
        let attributes = [
            Attribute(key: "service.name", value: Value(stringValue: resource.service)),
            Attribute(key: "service.instance.id", value: Value(stringValue: resource.instance)),
        ]
        let scope = ScopeSpans(scope: Scope(name: resource.service), spans: spans.map(Span.init))
        resourceSpans = [ResourceSpans(resource: Resource(attributes: attributes), scopeSpans: [scope])]
    }

    var bytes: [UInt8] { get throws { Array(try JSONEncoder().encode(self)) } }
}

extension TraceRequest.Span {
    fileprivate init(_ span: FinishedSpan) {
        self.init(
            traceId: span.context.trace,
            spanId: span.context.span,
            parentSpanId: span.parent,
            name: span.name,
            kind: Self.number(of: span.kind),
            startTimeUnixNano: "\(span.begin)",
            endTimeUnixNano: "\(span.end)",
            attributes: span.attributes.map { .init(key: $0.key, value: .init($0.value)) },
            status: span.error.map { TraceRequest.Status(code: 2, message: $0) }
        )
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

extension TraceRequest.Value {
    fileprivate init(_ value: FinishedSpan.Value) {
        switch value {
        case .text(let text): self.init(stringValue: text)
        case .int(let number): self.init(intValue: "\(number)")
        case .double(let number): self.init(doubleValue: number.isFinite ? number : 0)
        case .bool(let flag): self.init(boolValue: flag)
        }
    }
}
