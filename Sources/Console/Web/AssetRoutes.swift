import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheet, the script and the icon, for anybody; carried in the binary.
struct AssetRoutes: Sendable {
    func add(to group: RouterGroup<BasicRequestContext>) {
        add("console.css", "text/css; charset=utf-8", PackageResources.console_css, to: group)
        add("console.js", "text/javascript; charset=utf-8", PackageResources.console_js, to: group)
        add("icon.svg", "image/svg+xml", PackageResources.icon_svg, to: group)
    }

    /// Browsers ask whether theirs is still the one: a new binary brings its own at once.
    private func add(_ name: String, _ type: String, _ bytes: [UInt8], to group: RouterGroup<BasicRequestContext>) {
        let tag = "\"\(SHA256.hash(data: bytes).prefix(8).map { String($0, radix: 16) }.joined())\""
        let body = ByteBuffer(bytes: bytes)
        group.get(RouterPath("assets/\(name)")) { request, _ in
            let headers: HTTPFields = [.contentType: type, .eTag: tag, .cacheControl: "no-cache"]
            guard request.headers[.ifNoneMatch] != tag else { return Response(status: .notModified, headers: headers) }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
        }
    }
}
