/// Why a request to the control plane came to nothing.
package enum LinkFailure: Error, Equatable, Sendable {
    /// No answer: refused connection, name that does not resolve, TLS, time limit.
    case unreachable(String)
    /// 401: the signature does not hold; `detail` names both clocks when they differ.
    case unauthorized(detail: String)
    /// 4xx: the control plane will not take this request, now or later.
    case rejected(status: Int, detail: String)
    /// 429 and 5xx: try again later.
    case unavailable(status: Int, detail: String)
    /// The answer does not read as the protocol says.
    case unreadable(String)
}

extension LinkFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let detail): "the control plane cannot be reached: \(detail)"
        case .unauthorized(let detail): "the control plane does not accept this agent's signature: \(detail)"
        case .rejected(let status, let detail): "the control plane refused the request (\(status)): \(detail)"
        case .unavailable(let status, let detail): "the control plane cannot answer now (\(status)): \(detail)"
        case .unreadable(let detail): "the control plane's answer does not read: \(detail)"
        }
    }
}
