extension FilterKey {
    /// The values that a patch of the system may have, as SSM documents them, and our own beyond (ssm-semantics §1.3).
    ///
    /// Where its words are unsure, both spellings stand.
    ///
    /// - Parameter system: nil for a baseline that is for any.
    /// - Returns: nil for what is free text or a number.
    package func values(for system: OperatingSystem?) -> [String]? {
        switch self {
        case .product, .productFamily, .section, .exploitProbability: nil
        case .patchSet: ["OS", "APPLICATION"]
        case .classification: Self.classifications(of: system)
        case .severity: Self.severities(of: system)
        case .msrcSeverity: ["Critical", "Important", "Moderate", "Low", "Unspecified"]
        case .priority: ["Required", "Important", "Standard", "Optional", "Extra"]
        // What nobody has rated counts as high.
        case .normalizedSeverity: AdvisorySeverity.allCases.filter { $0 != .unknown }.map(\.rawValue)
        case .knownExploited: ["true", "false"]
        }
    }

    private static func classifications(of system: OperatingSystem?) -> [String] {
        switch system {
        case .windows:
            [
                "CriticalUpdates", "DefinitionUpdates", "Drivers", "FeaturePacks", "SecurityUpdates", "ServicePacks",
                "Tools", "UpdateRollups", "Updates", "Upgrades",
            ]
        case .macOS: ["softwareupdate", "installer", "brew", "brew_cask"]
        case .suse: ["Security", "Recommended", "Optional", "Feature", "Document", "Yast"]
        case .oracle: ["Security", "Bugfix", "Enhancement"]
        case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023, .redHat, .centOS, .rocky, .alma:
            ["Security", "Bugfix", "Enhancement", "Recommended", "Newpackage"]
        case .ubuntu, .debian, .raspbian, nil: Classification.allCases.map(\.rawValue)
        }
    }

    private static func severities(of system: OperatingSystem?) -> [String] {
        switch system {
        case .oracle, .suse: ["Critical", "Important", "Moderate", "Low"]
        default: ["Critical", "Important", "Medium", "Moderate", "Low", "None"]
        }
    }
}
