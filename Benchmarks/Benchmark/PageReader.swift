import AsyncHTTPClient
import Commands
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a server for pages of its console and lists of its API, one after the other.
struct PageReader: Sendable {
    private static let answerBytes = 64 << 20
    private static let patience = TimeAmount.seconds(60)

    private let client: HTTPClient
    private let url: String
    private let token: String
    private let cookie: String

    /// Signs in at the console with the token of the server's data folder, and reads while the body runs.
    static func with<Value>(_ server: ServerProcess, data: String, _ body: (Self) async throws -> Value) async throws
        -> Value
    {
        // The way to another page is no page.
        let configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Swift.Result<Value, any Error>
        do {
            outcome = .success(try await body(try await signedIn(at: server, data: data, by: client)))
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        return try outcome.get()
    }

    private static func signedIn(at server: ServerProcess, data: String, by client: HTTPClient) async throws -> Self {
        let token = try String(contentsOfFile: data + "/operator.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        var request = HTTPClientRequest(url: server.url + "/console/login")
        request.method = .POST
        request.headers.add(name: "origin", value: server.url)
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: "name=benchmark&token=\(token)"))
        let answer = try await client.execute(request, timeout: patience)
        guard let cookie = answer.headers.first(name: "set-cookie")?.prefix(while: { $0 != ";" }) else {
            throw Incomplete(what: "the console lets nobody in: it answered with \(answer.status.code)")
        }
        return Self(client: client, url: server.url, token: token, cookie: String(cookie))
    }

    /// Until the whole answer is there; of a CSV, until its first rows are.
    func visit(_ address: String) async throws -> (milliseconds: Double, bytes: Int) {
        let begun = ContinuousClock.now
        let answer = try await read(address)
        return ((ContinuousClock.now - begun) / .milliseconds(1), answer.readableBytes)
    }

    /// The cursor of a list's next page; nil behind the last.
    func cursor(behind address: String) async throws -> String? {
        struct Page: Decodable { let next: String? }
        return try JSONDecoder().decode(Page.self, from: Data(try await read(address).readableBytesView)).next
    }

    private func read(_ address: String) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: url + address)
        request.headers.add(name: "cookie", value: cookie)
        if address.hasPrefix("/api/") { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        let answer = try await client.execute(request, timeout: Self.patience)
        guard answer.status == .ok else {
            throw Incomplete(what: "\(address) was answered with \(answer.status.code)")
        }
        guard address.contains(".csv") else { return try await answer.body.collect(upTo: Self.answerBytes) }
        for try await chunk in answer.body { return chunk }
        throw Incomplete(what: "\(address) was answered with nothing")
    }
}
