import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A server that takes connections.
struct RunningServer: Sendable {
    /// Far above what a start takes, on a machine that is busy with other things too.
    private static let patience = Duration.seconds(120)
    private static let maximumAnswerBytes = 4 << 20

    struct Answer {
        var status: Int
        var body: String
    }

    let process: Int32
    /// Scheme, host and port, such as `http://127.0.0.1:7440`.
    var url: String
    /// Its data folder.
    let data: String
    /// The file of its log.
    let log: String

    /// What operators present; it is made in the data folder when the server starts.
    var token: String {
        get throws {
            String(try String(contentsOfFile: data + "/operator.token", encoding: .utf8).prefix { $0 != "\n" })
        }
    }

    /// Waits until the log says where it listens.
    static func listening(
        process: Int32,
        data: String,
        log: String,
        scheme: String = "http"
    ) async throws -> Self {
        let end = ContinuousClock.now + patience
        while true {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            if let port = text.firstMatch(of: #/http\.address=\S*:(?<port>\d+) /#) {
                let url = "\(scheme)://127.0.0.1:\(port.output.port)"
                return Self(process: process, url: url, data: data, log: log)
            }
            guard ContinuousClock.now < end, FileManager.default.fileExists(atPath: "/proc/\(process)") else {
                throw NotListening(log: text)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Where AWS's tools reach it by themselves; it listens there at about the same time.
    var door: String {
        get async throws {
            let end = ContinuousClock.now + Self.patience
            while ContinuousClock.now < end {
                let text = try String(contentsOfFile: log, encoding: .utf8)
                if let port = text.firstMatch(of: #/aws\.address=\S*:(?<port>\d+) /#) {
                    return "http://127.0.0.1:\(port.output.port)"
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw NotListening(log: try String(contentsOfFile: log, encoding: .utf8))
        }
    }

    func get(_ target: String, headers: [String: String] = [:]) async throws -> Answer {
        var request = HTTPClientRequest(url: url + target)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return try await send(request)
    }

    func post(
        _ target: String,
        _ body: some Encodable,
        headers: [String: String] = [:],
        through client: HTTPClient = .shared
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + target)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(Array(try JSONEncoder().encode(body)))
        return try await send(request, through: client)
    }

    private func send(_ request: HTTPClientRequest, through client: HTTPClient = .shared) async throws -> Answer {
        let response = try await client.execute(request, timeout: .seconds(120))
        let body = try await response.body.collect(upTo: Self.maximumAnswerBytes)
        return Answer(status: Int(response.status.code), body: String(buffer: body))
    }
}

/// A server that ended, or never took connections.
struct NotListening: Error {
    let log: String
}
