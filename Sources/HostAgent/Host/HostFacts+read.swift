package import AgentProtocol

extension HostFacts {
    /// What the host in the root folder is.
    ///
    /// - Parameter name: nil for the host name of the machine.
    package static func read(root: String, name: String?) async throws -> HostFacts {
        if HostSystem.isWindows {
            return try await TemporaryFolder.with { folder in
                var facts = try await WindowsUpdate(folder: folder).facts().hostFacts
                facts.hostname = name ?? facts.hostname
                return facts
            }
        }
        let release = try OSRelease(root: root)
        return HostFacts(
            hostname: name ?? Machine.hostname(),
            platform: release.id,
            platformVersion: release.versionID,
            architecture: try await HostPackages.architecture(root: root),
            agentVersion: AgentVersion.current,
            instance: try await root == "/" ? EC2Metadata().instance() : nil
        )
    }
}

/// The fields of os-release that say which system it is.
struct OSRelease {
    var id: String
    var versionID: String
    /// `ID_LIKE`: the systems that it is derived from.
    var relatives: [String]

    init(root: String) throws {
        let folder = root == "/" ? "" : root
        let text = try DurableFile.text(folder + "/etc/os-release") ?? DurableFile.text(folder + "/usr/lib/os-release")
        guard let text else {
            throw StepFailure(.unknown, "\(root) has neither etc/os-release nor usr/lib/os-release: it holds no system")
        }
        var fields: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...]
            let isQuoted = value.count > 1 && (value.first == "\"" || value.first == "'") && value.first == value.last
            fields[line[..<equals]] = String(isQuoted ? value.dropFirst().dropLast() : value)
        }
        id = fields["ID"] ?? "linux"
        versionID = fields["VERSION_ID"] ?? ""
        relatives = (fields["ID_LIKE"] ?? "").split(separator: " ").map(String.init)
    }
}
