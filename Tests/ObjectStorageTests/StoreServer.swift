import AWSSignature
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import TestSupport
import Testing
import Time

/// moto's S3: a store that speaks the protocol, with all in memory.
struct StoreServer: Sendable {
    /// Signed requests count for some minutes; moto takes any time.
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }

    /// Runs one beside the body.
    static func with(_ body: @Sendable (StoreServer) async throws -> Void) async throws {
        try await MotoServer.with { port in try await body(StoreServer(port: port)) }
    }

    /// A request by the owner of everything there.
    @discardableResult
    func request(_ method: String, _ path: String, headers: [(String, String)] = []) async throws -> HTTPClientResponse
    {
        let plain = SignableRequest(
            method: method,
            path: path,
            headers: [("host", "127.0.0.1:\(port)")] + headers,
            payloadHash: SignatureV4.payloadHash([UInt8]())
        )
        let owner = AWSCredentials(accessKeyID: "owner", secretAccessKey: "secret")
        let signed = SignatureV4(region: "us-east-1", service: "s3").signed(plain, by: owner, at: Self.now)
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        for header in signed.headers where header.name != "host" {
            request.headers.add(name: header.name, value: header.value)
        }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    }

    func object(_ path: String) async throws -> [UInt8] {
        let response = try await request("GET", path)
        return Array(try await response.body.collect(upTo: 64 << 20).readableBytesView)
    }
}
