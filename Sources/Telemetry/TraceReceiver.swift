import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Where traces are sent: what speaks OTLP over HTTP, such as an OpenTelemetry Collector.
package struct TraceReceiver: Sendable {
    private static let patience = TimeAmount.seconds(5)
    private static let path = "/v1/traces"

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = patience
        // Its own requests would make spans, which make requests.
        configuration.tracing.tracer = nil
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let address: String

    /// - Parameter url: as `http://127.0.0.1:4318`, with or without the path `/v1/traces`; nil for what is no such address.
    package init?(url: String) {
        guard let parts = URL(string: url), ["http", "https"].contains(parts.scheme), parts.host?.isEmpty == false
        else {
            return nil
        }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        address = base.hasSuffix(Self.path) ? base : base + Self.path
    }

    /// - Throws: ``TraceRefusal`` for an answer other than success, and what the connection fails of.
    package func send(_ body: [UInt8]) async throws {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await Self.http.execute(request, timeout: Self.patience)
        guard (200..<300).contains(response.status.code) else {
            throw TraceRefusal(description: "\(address) answered \(response.status.code)")
        }
    }
}

/// The receiver did not take what was sent.
struct TraceRefusal: Error, CustomStringConvertible {
    let description: String
}
