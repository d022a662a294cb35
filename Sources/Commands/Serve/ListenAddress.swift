import AgentProtocol
import ArgumentParser

/// `HOST:PORT`, with an IPv6 host in brackets.
struct ListenAddress: ExpressibleByArgument, Sendable {
    let host: String
    let port: Int

    static let standard = Self(host: "127.0.0.1", port: 7_440)

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Whether only this machine reaches it.
    var isLoopback: Bool { ServerAddress.isLoopback(host) }

    var defaultValueDescription: String { "\(host):\(port)" }
}
