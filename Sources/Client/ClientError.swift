/// Why a request got no usable answer.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    case invalidServer(String)
    case unreachable(server: String, reason: String)
    case unexpectedAnswer(server: String, reason: String)

    package var description: String {
        switch self {
        case .invalidServer(let server):
            "\(server) is not a server's address; --server takes one such as http://127.0.0.1:7440"
        case .unreachable(let server, let reason):
            "cannot reach the control plane at \(server): \(reason); "
                + "is `ringmaster serve` running there? Name another with --server."
        case .unexpectedAnswer(let server, let reason):
            "\(server) did not answer as a control plane does: \(reason); "
                + "check --server, and that client and server are of one version"
        }
    }
}
