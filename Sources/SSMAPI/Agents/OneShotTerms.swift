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
    /// The same by architecture, as `uname -m` says it, where there is not one for all hosts.
    package var agentDigests: [String: String]
    /// The same of ``WindowsScripts/oneShot``.
    package var windowsDigest: String?

    package init(
        server: String? = nil,
        isSecure: Bool = false,
        authority: String? = nil,
        agentDigest: String? = nil,
        agentDigests: [String: String] = [:],
        windowsDigest: String? = nil
    ) {
        self.server = server
        self.isSecure = isSecure
        self.authority = authority
        self.agentDigest = agentDigest
        self.agentDigests = agentDigests
        self.windowsDigest = windowsDigest
    }

    /// The environment of the launch script; nil where there is no agent to launch.
    ///
    /// - Parameter host: as the stock agent has signed it.
    func environment(orderKey: String, host: String, isWindows: Bool) -> [String: String]? {
        let digest = isWindows ? windowsDigest : agentDigest
        guard digest != nil || (!isWindows && !agentDigests.isEmpty) else { return nil }
        var values = [
            "RINGMASTER_SERVER": server ?? "\(isSecure ? "https" : "http")://\(host)", "RINGMASTER_ORDER_KEY": orderKey,
        ]
        values["RINGMASTER_AGENT_SHA256"] = digest
        // On Windows both agents go by the machine's own store of certificates, and one program is for all machines.
        guard !isWindows else { return values }
        // The stock agent does not say what its machine is: the script looks.
        for (name, digest) in agentDigests { values["RINGMASTER_AGENT_SHA256_\(name)"] = digest }
        values["RINGMASTER_CA"] = authority
        return values
    }
}
