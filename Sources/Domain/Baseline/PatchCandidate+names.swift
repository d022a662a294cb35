extension PatchCandidate {
    /// All that an entry of an approved or rejected list may call it by (ssm-semantics §1.5, from SSM's documentation of list formats).
    var names: [String] {
        switch system.family {
        case .windows: [patch.name] + notices.flatMap { [$0.id] + $0.references }
        case .rpm, .zypper: rpmNames + notices.flatMap { [$0.id] + $0.cves + $0.references }
        case .apt: aptNames + notices.flatMap { [$0.id] + $0.cves }
        case .macOS: [patch.name]
        }
    }

    // MARK: - Steps

    /// `name`, `name.arch`, `name-version`, `name-version-release` and that with the architecture, and with the epoch where yum writes it.
    private var rpmNames: [String] {
        let (name, architecture) = (patch.name, patch.architecture)
        let parts = patch.versionParts
        let epoch = parts.epoch ?? "0"
        let evr = parts.release.map { "\(parts.version)-\($0)" } ?? parts.version
        let full = "\(name)-\(evr)"
        return [
            name, "\(name).\(architecture)", "\(name)-\(parts.version)", full, "\(full).\(architecture)",
            "\(epoch):\(full)",
            "\(epoch):\(full).\(architecture)", "\(name)-\(epoch):\(evr)", "\(name)-\(epoch):\(evr).\(architecture)",
        ]
    }

    /// Besides the bare name, which SSM documents, those that its agent takes, and apt's own.
    private var aptNames: [String] {
        let (name, architecture, version) = (patch.name, patch.architecture, patch.version)
        return [
            name, "\(name).\(architecture)", "\(name):\(architecture)", "\(name) \(version)", "\(name)-\(version)",
            "\(name)=\(version)", "\(name).\(architecture)=\(version)", "\(name):\(architecture)=\(version)",
        ]
    }
}
