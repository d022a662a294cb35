import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A time-stamping authority that is reached over HTTP, as RFC 3161 §3.4 describes it.
package struct TimestampServer: Sendable {
    private static let timeout = TimeAmount.seconds(60)
    private static let maximumBytes = 64 << 10

    /// A redirect is none of its answers.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    package let url: String

    /// nil unless it begins with `http://` or `https://`.
    package init?(url: String) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
        self.url = url
    }

    /// The reply to a request, both in DER.
    ///
    /// - Throws: ``DownloadError``.
    package func ask(_ request: [UInt8]) async throws -> [UInt8] {
        var post = HTTPClientRequest(url: url)
        post.method = .POST
        post.headers.add(name: "Content-Type", value: "application/timestamp-query")
        post.body = .bytes(request)
        do {
            let response = try await Self.http.execute(post, timeout: Self.timeout)
            guard response.status == .ok else {
                throw DownloadError(url: url, reason: "HTTP status \(response.status.code)")
            }
            return Array(buffer: try await response.body.collect(upTo: Self.maximumBytes))
        } catch let error as CancellationError {
            throw error
        } catch let error as DownloadError {
            throw error
        } catch {
            throw DownloadError(url: url, reason: ControlPlaneClient.text(of: error))
        }
    }
}
