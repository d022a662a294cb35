import AgentProtocol

/// What the script says of the system and of itself: its answer to `hello`.
struct WindowsFacts: Decodable, Equatable, Sendable {
    var `protocol`: Int
    var powershell: String
    /// `Windows Server 2022 Datacenter`.
    var product: String
    /// `21H2`.
    var displayVersion: String
    /// `10.0`.
    var version: String
    var build: Int
    /// The registry's UBR: which cumulative update is at work.
    var revision: Int
    /// `AMD64` or `ARM64`.
    var architecture: String
    var hostname: String
    /// Counts the boots; nil where Windows does not.
    var bootId: Int?
    /// By the host's clock.
    var bootedAt: String?

    /// As Microsoft's advisories name builds: `10.0.20348.2402`.
    var fullBuild: String { "\(version).\(build).\(revision)" }

    /// What follows `Windows` in the products of Microsoft's advisories, without spaces: `Server2022`, `10Version22H2`.
    var platformVersion: String {
        let words = product.split(separator: " ").drop { $0 != "Windows" }.dropFirst()
        guard words.first == "Server" else {
            // The registry of Windows 11 still says 10.
            let release = build >= 22_000 ? "11" : words.first.map(String.init) ?? ""
            return release + (displayVersion.isEmpty ? "" : "Version\(displayVersion)")
        }
        guard let year = words.dropFirst().first, year.allSatisfy(\.isNumber) else {
            return "Server" + (displayVersion.isEmpty ? "" : "version\(displayVersion)")
        }
        return "Server\(year)" + (words.dropFirst(2).first == "R2" ? "R2" : "")
    }

    var boot: BootFacts {
        BootFacts(bootID: bootId.map { "boot \($0)" } ?? bootedAt ?? "", kernel: fullBuild)
    }

    var hostFacts: HostFacts {
        HostFacts(
            hostname: hostname,
            platform: "windows",
            platformVersion: platformVersion,
            architecture: architecture.lowercased(),
            agentVersion: AgentVersion.current
        )
    }
}
