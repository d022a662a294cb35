/// What the hosts of stock agents need to carry out orders: our agent, and where the control plane is.
package struct OneShotTerms: Sendable {
    /// The control plane's base URL; nil for as the stock agent reaches it.
    package var server: String?
    /// Whether that is by TLS.
    package var isSecure: Bool
    /// The certificate authority behind it, PEM in base64; nil for those that hosts trust.
    package var authority: String?
    /// The SHA-256 of our agent for Linux, as it is served; nil where there is none to give.
    package var agentDigest: String?
    /// The same of ``WindowsScripts/oneShot``.
    package var windowsDigest: String?

    package init(
        server: String? = nil,
        isSecure: Bool = false,
        authority: String? = nil,
        agentDigest: String? = nil,
        windowsDigest: String? = nil
    ) {
        self.server = server
        self.isSecure = isSecure
        self.authority = authority
        self.agentDigest = agentDigest
        self.windowsDigest = windowsDigest
    }

    /// The environment of the launch script; nil where there is no agent to launch.
    ///
    /// - Parameter host: as the stock agent has signed it.
    func environment(orderKey: String, host: String, isWindows: Bool) -> [String: String]? {
        guard let digest = isWindows ? windowsDigest : agentDigest else { return nil }
        var values = [
            "RINGMASTER_SERVER": server ?? "\(isSecure ? "https" : "http")://\(host)",
            "RINGMASTER_AGENT_SHA256": digest, "RINGMASTER_ORDER_KEY": orderKey,
        ]
        // On Windows both agents go by the machine's own store.
        if !isWindows { values["RINGMASTER_CA"] = authority }
        return values
    }
}
