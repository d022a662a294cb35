import HTTPTypes
import Hummingbird
import Time

/// A cookie of the console's, which no script can read.
struct SessionCookie: Sendable {
    enum Purpose: Sendable {
        /// Carries a session's id, to this site's own pages alone.
        case session
        /// Carries a sign-in that is under way at the identity provider: the browser brings it when it comes back from there.
        case signingIn
    }

    let isSecure: Bool
    var purpose = Purpose.session

    /// With the prefix a browser takes it from this host over TLS alone, and from no subdomain.
    var name: String { (isSecure ? "__Host-" : "") + (purpose == .session ? "ringmaster" : "ringmaster-signing-in") }

    /// What it carries; nil when there is none.
    func value(of request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
                if pair.count == 2, pair[0] == name, (1...longest).contains(pair[1].utf8.count) {
                    return String(pair[1])
                }
            }
        }
        return nil
    }

    func setting(_ value: String) -> String {
        header(value, seconds: (purpose == .session ? Session.lifetime : SignInTicket.lifetime).components.seconds)
    }

    /// What makes the browser forget it.
    var clearing: String { header("", seconds: 0) }

    private var longest: Int { purpose == .session ? 128 : 4_096 }

    private func header(_ value: String, seconds: Int64) -> String {
        let sites = purpose == .session ? "Strict" : "Lax"
        return "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=\(sites)\(isSecure ? "; Secure" : "")"
    }
}
