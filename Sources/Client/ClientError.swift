/// Why a request got no usable answer.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    case unreachable(server: String, reason: String)
    case unexpectedAnswer(server: String, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let server, let reason):
            "cannot reach the control plane at \(server): \(reason); "
                + "is `ringmaster serve` running there? Name another with --server."
        case .unexpectedAnswer(let server, let reason):
            "\(server) did not answer as a control plane does: \(reason); "
                + "check --server, and that client and server are of one version"
        }
    }
}
