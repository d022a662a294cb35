import HTTPTypes
import Hummingbird

/// The cookie that carries a session's id.
struct SessionCookie: Sendable {
    let isSecure: Bool

    /// With the prefix a browser takes it from this host over TLS alone, and from no subdomain.
    var name: String { isSecure ? "__Host-ringmaster" : "ringmaster" }

    /// The session's id; nil when there is none.
    func id(of request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
                if pair.count == 2, pair[0] == name, (1...128).contains(pair[1].utf8.count) { return String(pair[1]) }
            }
        }
        return nil
    }

    func setting(_ id: String) -> String { header(id, seconds: Session.lifetime.components.seconds) }

    /// What makes the browser forget it.
    var clearing: String { header("", seconds: 0) }

    private func header(_ id: String, seconds: Int64) -> String {
        "\(name)=\(id); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }
}
