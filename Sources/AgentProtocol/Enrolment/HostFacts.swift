/// What a host says of itself.
package struct HostFacts: Codable, Equatable, Sendable {
    /// A name people know the host by: at most 255 bytes, no control characters.
    package var hostname: String
    /// `ID` of os-release: `debian`, `ubuntu`, `amzn`; `windows` on Windows.
    package var platform: String
    /// `VERSION_ID` of os-release: `12`, `22.04`, `2023`.
    package var platformVersion: String
    /// The package manager's architecture: `amd64`, `arm64`, `x86_64`.
    package var architecture: String
    package var agentVersion: String
    /// The instance of EC2 that the host is; nil elsewhere.
    package var instance: InstanceFacts?

    package init(
        hostname: String,
        platform: String,
        platformVersion: String,
        architecture: String,
        agentVersion: String,
        instance: InstanceFacts? = nil
    ) {
        self.hostname = hostname
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.agentVersion = agentVersion
        self.instance = instance
    }
}
