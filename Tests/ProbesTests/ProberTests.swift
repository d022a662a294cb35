import Domain
import NIOCore
import NIOHTTP1
import NIOPosix
import Probes
import Testing

@Suite("What workers ask for gates' checks", .timeLimit(.minutes(10)))
struct ProberTests {
    private static func vector(_ values: String...) -> String {
        let series = values.map { #"{"metric":{"job":"shop"},"value":[1785000000.25,"\#($0)"]}"# }
        return #"{"status":"success","data":{"resultType":"vector","result":[\#(series.joined(separator: ","))]}}"#
    }

    /// By the query of Prometheus, or the path.
    private static let answers: [String: (HTTPResponseStatus, String)] = [
        "/health": (.ok, "all is well"),
        "/broken": (.serviceUnavailable, "sorry"),
        "/moved": (.found, ""),
        "/long": (.ok, String(repeating: "x", count: (1 << 20) + 1)),
        "/api/v1/query?query=good": (.ok, vector("0.01", "0.03")),
        "/api/v1/query?query=bad%7Bjob%3D%22shop%22%7D": (.ok, vector("0.01", "0.08")),
        "/api/v1/query?query=none": (.ok, vector()),
        "/api/v1/query?query=nan": (.ok, vector("NaN")),
        "/api/v1/query?query=scalar": (.ok, #"{"status":"success","data":{"resultType":"scalar","result":[1,"0"]}}"#),
        "/api/v1/query?query=wrong": (.badRequest, #"{"status":"error","errorType":"bad_data","error":"parse error"}"#),
        "/api/v1/query?query=proxy": (.badGateway, "<html>"),
    ]

    private func withService(_ body: (_ port: Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answering())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body(try #require(server.localAddress?.port))
        try await server.close()
    }

    /// To `/silent` it says nothing.
    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data), head.uri != "/silent" else { return }
            let (status, body) = answers[head.uri] ?? (.notFound, "")
            let headers: HTTPHeaders = ["Content-Length": "\(body.utf8.count)", "Location": "/health"]
            let answer = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private func ask(_ probe: GateCheck.Probe, timeout seconds: Int = 60) async -> String {
        let finding = await Prober.ask(GateCheck(name: "c", probe: probe, timeoutSeconds: seconds))
        return (finding.passed ? "+ " : "- ") + finding.found
    }

    @Test("A page passes by its status and what it contains, and redirects lead nowhere")
    func http() async throws {
        try await withService { port in
            func page(_ path: String, _ status: ClosedRange<Int> = 200...299, _ text: String? = nil) async -> String {
                await ask(.http(url: "http://127.0.0.1:\(port)\(path)", status: status, contains: text))
            }
            #expect(await page("/health") == "+ status 200")
            #expect(await page("/health", 200...200, "is well") == "+ status 200 with `is well`")
            #expect(await page("/health", 200...200, "is ill") == "- status 200 without `is ill`")
            #expect(await page("/broken") == "- status 503")
            #expect(await page("/moved") == "- status 302")
            #expect(await page("/long") == "+ status 200", "nobody asks what it says")
            #expect(await page("/long", 200...200, "y") == "- a body of more than 1 MiB")
        }
    }

    @Test("Who does not answer fails the check, and so does nobody")
    func silence() async throws {
        try await withService { port in
            let probe = GateCheck.Probe.http(url: "http://127.0.0.1:\(port)/silent", status: 200...299, contains: nil)
            #expect(await ask(probe, timeout: 1) == "- no answer within 1 s")
            #expect(await ask(.tcp(host: "127.0.0.1", port: port)) == "+ a connection")
        }
        // Nobody has listened there for decades.
        let refused = await ask(.tcp(host: "127.0.0.1", port: 1))
        #expect(refused.hasPrefix("- ") && refused.contains("refused"), "\(refused)")
        let page = await ask(.http(url: "http://127.0.0.1:1/", status: 200...299, contains: nil))
        #expect(page.hasPrefix("- ") && page.contains("refused"), "\(page)")
    }

    @Test(
        "Every value of a query must be as its limit says, and there must be one",
        arguments: [
            ("good", "+ 0.01 among 2 values"), (#"bad{job="shop"}"#, "- 0.08 among 2 values"), ("none", "- no value"),
            ("nan", "- NaN"), ("scalar", "+ 0"), ("wrong", "- status 400: parse error"),
            ("proxy", "- status 502 without an answer of Prometheus"),
        ]
    )
    func prometheus(query: String, expected: String) async throws {
        try await withService { port in
            let url = "http://127.0.0.1:\(port)/"
            let found = await ask(.prometheus(url: url, query: query, is: Comparison(.less, 0.05)))
            #expect(found == expected)
        }
    }

    @Test("What is found is one line, without what a terminal would obey, and not long")
    func printable() {
        let long = CheckFinding(passed: false, found: "a\n\u{1b}[2J\0" + String(repeating: "b", count: 5_000))
        #expect(long.found.hasPrefix("a [2Jb") && long.found.count <= 200)
    }
}
