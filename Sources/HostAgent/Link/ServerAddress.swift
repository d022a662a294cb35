/// The base URL of a control plane.
package enum ServerAddress {
    /// Whether what is sent there can be read on the way: plain HTTP to another machine.
    package static func isExposed(_ url: String) -> Bool {
        guard url.lowercased().hasPrefix("http://") else { return false }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" }
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return host != "localhost" && host != "::1" && !host.hasPrefix("127.")
    }
}
