import AgentProtocol
import AsyncHTTPClient
import Commands
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Time

/// What a control plane answered with success.
struct HostAnswer {
    var status: Int
    var body: Data
}

extension HostClient {
    private static let answerTime = TimeAmount.seconds(30)
    private static let maximumAnswerBytes = 1 << 20
    private static let pause = 0.1...0.5

    /// One for the process: each host holds a connection open.
    ///
    /// The certificates are of the harness's own making.
    private static let http: HTTPClient = {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 20_000
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Sends a signed request.
    ///
    /// - Parameter wait: how long it may take the control plane beyond the usual.
    func send(
        _ method: HTTPMethod,
        _ target: String,
        body: [UInt8] = [],
        wait: TimeAmount = .zero
    ) async throws -> HostAnswer {
        let time = Self.answerTime + wait
        return try await Self.answer(from: servers, within: time, patience: patience) { server in
            let milliseconds = SystemClock.now().microseconds / 1_000
            let bytes = RequestSignature.bytes(
                method: method.rawValue,
                target: target,
                node: node,
                milliseconds: milliseconds,
                bodyDigest: Array(SHA256.hash(data: body))
            )
            var request = HTTPClientRequest(url: server + target)
            request.method = method
            request.headers.add(name: RequestSignature.nodeHeader, value: node)
            request.headers.add(name: RequestSignature.timeHeader, value: "\(milliseconds)")
            let signature = try key.signature(for: bytes).base64EncodedString()
            request.headers.add(name: RequestSignature.signatureHeader, value: signature)
            if !body.isEmpty { request.body = .bytes(body) }
            return request
        }
    }

    /// Sends until there is an answer that is one, for as long as the host is patient.
    static func answer(
        from servers: [String],
        within time: TimeAmount = answerTime,
        patience: Duration,
        _ request: (_ server: String) throws -> HTTPClientRequest
    ) async throws -> HostAnswer {
        var end: ContinuousClock.Instant?
        while true {
            do {
                return try await answer(to: try request(servers.randomElement() ?? ""), within: time)
            } catch {
                if let refused = error as? RefusedRequest, refused.isFinal { throw refused }
                // From the first failure on: a poll is open for long.
                let last = end ?? .now + patience
                guard ContinuousClock.now < last else { throw error }
                end = last
            }
            try await Task.sleep(for: .seconds(Double.random(in: pause)))
        }
    }

    /// Sends a request that is signed already, for as long as nobody answers.
    ///
    /// - Returns: the answer, whatever it is.
    package static func exchange(
        _ method: String,
        _ url: String,
        headers: [(name: String, value: String)],
        body: [UInt8]
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        if !body.isEmpty { request.body = .bytes(body) }
        do {
            let answer = try await answer(from: [""], patience: longPatience) { _ in request }
            return (answer.status, Array(answer.body))
        } catch let refused as RefusedRequest where refused.isFinal {
            return (refused.status, Array(refused.answer.utf8))
        }
    }

    private static func answer(to request: HTTPClientRequest, within time: TimeAmount) async throws -> HostAnswer {
        let response = try await http.execute(request, timeout: time)
        let buffer = try await response.body.collect(upTo: maximumAnswerBytes)
        let status = Int(response.status.code)
        guard status < 300 else {
            throw RefusedRequest(url: request.url, status: status, answer: String(buffer: buffer))
        }
        return HostAnswer(status: status, body: Data(buffer.readableBytesView))
    }
}

/// A control plane told a host what is no success.
package struct RefusedRequest: Error, CustomStringConvertible {
    let url: String
    let status: Int
    let answer: String

    /// An agent would not simply ask again.
    package var isFinal: Bool { (400..<500).contains(status) && status != 429 }

    package var description: String { "\(url) answers a simulated host with \(status): \(answer)" }
}
