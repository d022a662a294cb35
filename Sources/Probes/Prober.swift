import AsyncHTTPClient
package import Domain
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks what gates' checks ask, from where this process stands in the network.
package enum Prober {
    private static let maximumBody = 1 << 20

    /// Redirects are not followed: they would lead to where nobody wrote that it may ask.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(Int64(GateCheck.timeoutSecondsRange.upperBound))
        // Nobody there is an answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What the check finds within its timeout; whatever keeps it from an answer is a failure that says so.
    package static func ask(_ check: GateCheck) async -> CheckFinding {
        do {
            return try await withThrowingTaskGroup(of: CheckFinding.self) { group in
                group.addTask { try await find(check) }
                group.addTask {
                    try await Task.sleep(for: .seconds(check.timeoutSeconds))
                    return late(check)
                }
                defer { group.cancelAll() }
                return try await group.next() ?? late(check)
            }
        } catch {
            return isTimeout(error) ? late(check) : CheckFinding(passed: false, found: text(of: error))
        }
    }

    // MARK: - Steps

    private static func find(_ check: GateCheck) async throws -> CheckFinding {
        switch check.probe {
        case .http(let url, let status, let text):
            let response = try await get(url, check)
            let code = Int(response.status.code)
            guard status.contains(code), let text else {
                return CheckFinding(passed: status.contains(code), found: "status \(code)")
            }
            let body = try await response.body.collect(upTo: maximumBody)
            let contains = body.readableBytesView.firstRange(of: text.utf8) != nil
            return CheckFinding(passed: contains, found: "status \(code) \(contains ? "with" : "without") `\(text)`")
        case .tcp(let host, let port):
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(Int64(check.timeoutSeconds)))
                .connect(host: host, port: port).get()
            // It passes once it stands: a service may close it first.
            channel.close(promise: nil)
            return CheckFinding(passed: true, found: "a connection")
        case .prometheus(let url, let query, let comparison):
            let response = try await get(PrometheusAnswer.url(of: query, at: url), check)
            let body = try await response.body.collect(upTo: maximumBody)
            return try PrometheusAnswer(String(buffer: body), status: response.status.code).finding(comparison)
        }
    }

    private static func get(_ url: String, _ check: GateCheck) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "ringmaster")
        return try await http.execute(request, timeout: .seconds(Int64(check.timeoutSeconds)))
    }

    private static func late(_ check: GateCheck) -> CheckFinding {
        CheckFinding(passed: false, found: "no answer within \(check.timeoutSeconds) s")
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        switch error {
        case let error as NIOConnectionError: error.connectionErrors.first.map { isTimeout($0.error) } ?? false
        case let error as HTTPClientError: [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error)
        case ChannelError.connectTimeout: true
        default: false
        }
    }

    private static func text(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { text(of: $0.error) } ?? "its name does not resolve"
        case is NIOTooManyBytesError: "a body of more than \(maximumBody >> 20) MiB"
        default: "\(error)"
        }
    }
}
