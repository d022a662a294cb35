import AgentProtocol
import Domain

/// What a stock agent tells of its host.
package struct InstanceDescription: Sendable {
    package var agentVersion: String
    /// `Linux`, `Windows` or `MacOS`.
    package var platformType: String
    /// `NAME` of os-release, such as `Debian GNU/Linux`; nil for not told.
    package var platformName: String?
    package var platformVersion: String?
    package var computerName: String?

    package init(
        agentVersion: String,
        platformType: String,
        platformName: String?,
        platformVersion: String?,
        computerName: String?
    ) {
        self.agentVersion = agentVersion
        self.platformType = platformType
        self.platformName = platformName
        self.platformVersion = platformVersion
        self.computerName = computerName
    }

    /// `NAME` of os-release, begun in lower case, by `ID`.
    private static let platforms = [
        ("amazon linux", "amzn"), ("ubuntu", "ubuntu"), ("debian", "debian"), ("red hat", "rhel"), ("centos", "centos"),
        ("rocky", "rocky"), ("almalinux", "almalinux"), ("oracle", "ol"), ("sles", "sles"), ("suse", "sles"),
        ("fedora", "fedora"),
    ]

    func facts(after known: NodeFacts) -> NodeFacts {
        var facts = known
        facts.agentVersion = "\(StockIdentity.agentName) \(agentVersion)"
        if let name = told(computerName) { facts.hostname = name }
        if let platform { facts.platform = platform }
        if let version = told(platformVersion) { facts.platformVersion = version }
        return facts
    }

    private var platform: String? {
        guard platformType != "Windows" else { return "windows" }
        guard let name = told(platformName)?.lowercased() else { return nil }
        return Self.platforms.first { name.hasPrefix($0.0) }?.1 ?? name.split(separator: " ").first.map(String.init)
    }

    private func told(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}

extension NodeFacts {
    /// As our agent would tell them.
    var told: HostFacts {
        HostFacts(
            hostname: hostname,
            platform: platform,
            platformVersion: platformVersion,
            architecture: architecture,
            agentVersion: agentVersion
        )
    }
}
