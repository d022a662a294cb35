import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A file of the web, fetched as it is.
package struct WebFile: Sendable {
    package enum Outcome: Equatable, Sendable {
        /// The server says that it is the version that is known.
        case unchanged
        /// It is in the file; with the server's name for the version.
        case fetched(etag: String?)
    }

    private static let timeout = TimeAmount.minutes(30)

    /// Follows redirects, and leaves what is compressed as it is.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .follow(max: 5, allowCycles: false))
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(60)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let url: String

    /// nil unless it begins with `http://` or `https://`.
    package init?(url: String) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
        self.url = url
    }

    /// - Parameters:
    ///   - etag: of the version that is known; nil fetches any.
    ///   - path: the file to write.
    ///   - limit: most bytes that are taken.
    /// - Throws: ``DownloadError``; ``FileError`` when the file cannot be written.
    package func fetch(unless etag: String?, to path: String, atMost limit: Int) async throws -> Outcome {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "ringmaster")
        if let etag { request.headers.add(name: "If-None-Match", value: etag) }
        do {
            let response = try await Self.http.execute(request, timeout: Self.timeout)
            if response.status == .notModified, etag != nil { return .unchanged }
            guard response.status == .ok else { throw failure("HTTP status \(response.status.code)") }
            let file = try LocalFile(writing: path)
            var count = 0
            for try await buffer in response.body {
                count += buffer.readableBytes
                guard count <= limit else { throw failure("it has more than \(limit) bytes") }
                try await file.write(buffer)
            }
            return .fetched(etag: response.headers.first(name: "ETag"))
        } catch let error as CancellationError {
            throw error
        } catch let error as DownloadError {
            throw error
        } catch let error as FileError {
            throw error
        } catch {
            throw failure(ControlPlaneClient.text(of: error))
        }
    }

    private func failure(_ reason: String) -> DownloadError { DownloadError(url: url, reason: reason) }
}

/// Why a file of the web was not fetched.
package struct DownloadError: Error, Equatable, CustomStringConvertible {
    package var url: String
    package var reason: String

    package init(url: String, reason: String) {
        self.url = url
        self.reason = reason
    }

    package var description: String {
        "cannot fetch \(url): \(reason); check the address, or fetch it otherwise and name the file"
    }
}
