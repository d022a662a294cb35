import HTTPTypes
import Hummingbird
import NIOCore

/// What Prometheus reads.
package struct MetricsPage: Sendable {
    fileprivate let contentType: String
    fileprivate let text: @Sendable () async -> String

    /// - Parameter text: the page as it is now; it is asked for as often as anybody likes.
    package init(contentType: String, text: @escaping @Sendable () async -> String) {
        self.contentType = contentType
        self.text = text
    }
}

/// The metrics (`/metrics`), for anybody as health is: figures alone, no name of a host, a person or a site.
struct MetricsRoutes: Sendable {
    let page: MetricsPage

    func add(to router: Router<BasicRequestContext>) {
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: page.contentType],
                body: .init(byteBuffer: ByteBuffer(string: await page.text()))
            )
        }
    }
}
