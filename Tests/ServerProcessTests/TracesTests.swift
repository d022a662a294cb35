import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ReadModels
import Subprocess
import Synchronization
import TestSupport
import Testing

@Suite("Traces of a server", .timeLimit(.minutes(10)))
struct TracesTests {
    /// What a receiver of OTLP got.
    private final class Spans: Sendable {
        private let texts = Mutex<[String]>([])

        func add(_ text: String) { texts.withLock { $0.append(text) } }
        func contain(_ text: String) -> Bool { texts.withLock { $0.contains { $0.contains(text) } } }
    }

    private func withReceiver(_ body: @escaping @Sendable (_ url: String, Spans) async throws -> Void) async throws {
        let spans = Spans()
        let router = Router()
        router.post("/v1/traces") { request, _ in
            let body = try await request.body.collect(upTo: 16 << 20)
            #expect(request.headers[.contentType] == "application/json")
            spans.add(String(buffer: body))
            return "{}"
        }
        try await Application(router: router).test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))", spans)
        }
    }

    @Test("Requests, commits and tasks become spans, and a request is of the trace of whoever asks")
    func spans() async throws {
        try await withReceiver { url, spans in
            try await TestDeployment.with { deployment in
                try await deployment.serve {
                    _ = try await Fleet.enrolled(in: $0, sites: ["Frankfurt"], rings: ["early"])
                }
                try await TemporaryFolder.with { data in
                    let options = ["--otlp-endpoint", url]
                    let ending = try await Ringmaster.serving(data: data, deployment.database, options: options) {
                        server in
                        let trace = "0af7651916cd43dd8448eb211c80319c"
                        let token = try server.token
                        let answer = try await server.get(
                            "/api/v1/cycles",
                            headers: [
                                "traceparent": "00-\(trace)-b7ad6b7169203331-01",
                                "authorization": "Bearer \(token)",
                            ]
                        )
                        #expect(answer.status == 200, "\(answer.body)")
                        let place = ["--server", server.url, "--token-file", data + "/operator.token"]
                        let start = try await Ringmaster.run(["cycle", "start", "debian12-rings", "--now"] + place)
                        #expect(start.status == .exited(0), "\(start.errors)")
                        try await waitUntil {
                            spans.contain(#""traceId":"\#(trace)""#) && spans.contain(#""name":"engine commit""#)
                                && spans.contain(#""name":"engine activation""#) && spans.contain(#""name":"task "#)
                        }
                        #expect(spans.contain(#""parentSpanId":"b7ad6b7169203331""#))
                        #expect(!spans.contain(token))
                        let metrics = try MetricsPage(try await server.get("/metrics").body)
                        #expect(try #require(metrics.values[#"ringmaster_trace_spans_total{outcome="sent"}"#]) > 0)
                    }
                    #expect(ending.status == .exited(0), "\(ending.errors)")
                }
            }
        }
    }
}
