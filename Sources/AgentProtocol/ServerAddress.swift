/// Where a control plane is reached: a base URL taken apart.
package struct ServerAddress: Equatable, Sendable {
    /// Whether it is spoken to over TLS.
    package let isSecure: Bool
    /// A name or an address; an IPv6 address without its brackets.
    package let host: String
    package let port: Int

    /// nil for what is no `http://` or `https://` URL with a host and nothing else but a port and a path.
    package init?(_ url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        switch url[..<separator.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@"), !authority.contains("\\") else { return nil }
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
        let colon = (end.map { authority[$0...] } ?? authority).firstIndex(of: ":")
        let name = authority[..<(colon ?? authority.endIndex)]
        host = String(name.hasPrefix("[") ? name.dropFirst().prefix { $0 != "]" } : name)
        guard !host.isEmpty else { return nil }
        let standard = isSecure ? 443 : 80
        guard let port = colon.map({ Int(authority[authority.index(after: $0)...]) }) ?? standard,
            (1...65_535).contains(port)
        else { return nil }
        self.port = port
    }

    /// Whether what is sent there can be read on the way: plain HTTP to another machine.
    package var isExposed: Bool { !isSecure && !Self.isLoopback(host) }

    /// Whether the host is this machine whatever its resolver says: `localhost`, 127.0.0.0/8 or `::1`.
    package static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}
