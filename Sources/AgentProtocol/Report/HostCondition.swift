/// What a host offers at one moment, as far as a boot may take it away.
///
/// A list is nil where nobody can tell, and sorted otherwise.
package struct HostCondition: Codable, Equatable, Sendable {
    /// systemd's units in the state `failed` such as `nginx.service`.
    package var failedUnits: [String]?
    /// TCP sockets that programs of the system listen on, at ports that are not given by chance.
    package var sockets: [ListeningSocket]?
    /// The mount points of file systems on devices and on the network that are there all the time.
    package var mounts: [String]?

    package init(failedUnits: [String]? = nil, sockets: [ListeningSocket]? = nil, mounts: [String]? = nil) {
        self.failedUnits = failedUnits
        self.sockets = sockets
        self.mounts = mounts
    }
}

/// A TCP socket that takes connections.
package struct ListeningSocket: Codable, Equatable, Sendable {
    /// `0.0.0.0`, `127.0.0.1` or, in brackets, all eight groups of an IPv6 address; `[::]` for any.
    package var address: String
    package var port: Int
    /// The kernel's name of the process, at most 15 bytes; nil when it is not known.
    package var program: String?

    package init(address: String, port: Int, program: String? = nil) {
        self.address = address
        self.port = port
        self.program = program
    }
}

extension ListeningSocket: CustomStringConvertible {
    /// `0.0.0.0:22 (sshd)`.
    package var description: String { "\(address):\(port)" + (program.map { " (\($0))" } ?? "") }
}
