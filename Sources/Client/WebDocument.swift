import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// A small document of the web, fetched from exactly where it is said to be.
package struct WebDocument: Sendable {
    private static let timeout = TimeAmount.seconds(10)
    private static let maximumBytes = 1 << 20

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let url: String
    private let caFile: String?
    private var form: (text: String, authorization: String)?

    /// - Parameter caFile: a PEM file of the certificate authorities to trust in place of the system's.
    package init(url: String, caFile: String? = nil) {
        self.url = url
        self.caFile = caFile
    }

    /// The document that answers a form.
    ///
    /// - Parameters:
    ///   - form: `application/x-www-form-urlencoded`.
    ///   - authorization: the value of the header of that name.
    package func answering(form: String, authorization: String) -> Self {
        var document = self
        document.form = (form, authorization)
        return document
    }

    /// - Throws: ``DownloadError`` for whatever is no answer of status 200 and at most 1 MiB within ten seconds.
    package func bytes() async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "ringmaster")
        if let form {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.headers.add(name: "Authorization", value: form.authorization)
            request.body = .bytes(ByteBuffer(string: form.text))
        }
        if let caFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(caFile)
            request.tlsConfiguration = tls
        }
        do {
            let response = try await Self.http.execute(request, timeout: Self.timeout)
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
