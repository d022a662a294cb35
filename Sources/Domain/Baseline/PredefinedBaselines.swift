extension Baseline {
    /// The baseline that SSM predefines as the default of an operating system (ssm-semantics §1.6).
    package static func predefined(for system: OperatingSystem) -> Self {
        let filters = system == .centOS ? [] : [PatchFilter(.product, ["*"])]
        return Self(
            name: "AWS-\(predefinedName(of: system))DefaultPatchBaseline",
            system: system,
            patchGroups: [],
            globalFilters: filters,
            rules: predefinedRules(for: system),
            availableSecurityUpdates: system == .windows ? .nonCompliant : .compliant
        )
    }

    /// All that SSM predefines.
    package static let predefined: [Self] = OperatingSystem.allCases.map(predefined(for:)) + predefinedForWindows

    /// The two others of Windows, which are nobody's default.
    package static let predefinedForWindows: [Self] = {
        let system = PatchFilter(.patchSet, ["OS"])
        let applications = PatchFilter(.patchSet, ["APPLICATION"])
        let names = [("OS", [system]), ("OS-Applications", [system, applications])]
        return names.map { name, sets in
            Self(
                name: "AWS-WindowsPredefinedPatchBaseline-\(name)",
                system: .windows,
                patchGroups: [],
                globalFilters: [PatchFilter(.product, ["*"])],
                rules: sets.map { set in rule(set == applications ? [set] : windowsFilters + [set]) },
                availableSecurityUpdates: .nonCompliant
            )
        }
    }()

    // MARK: - Steps

    private static let windowsFilters = [
        PatchFilter(.classification, ["CriticalUpdates", "SecurityUpdates"]),
        PatchFilter(.msrcSeverity, ["Critical", "Important"]),
    ]

    private static func rule(_ filters: [PatchFilter], includesNonSecurity: Bool = false) -> ApprovalRule {
        ApprovalRule(filters: filters, delay: .days(7), includesNonSecurity: includesNonSecurity)
    }

    private static func security(_ severities: String...) -> ApprovalRule {
        rule([PatchFilter(.classification, ["Security"]), PatchFilter(.severity, severities)])
    }

    private static func predefinedRules(for system: OperatingSystem) -> [ApprovalRule] {
        switch system {
        case .windows: [rule(windowsFilters)]
        case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023, .redHat, .rocky, .alma:
            [security("Critical", "Important"), rule([PatchFilter(.classification, ["Bugfix"])])]
        case .oracle:
            [
                security("Critical", "Important", "Moderate"),
                rule([PatchFilter(.classification, ["Enhancement", "Bugfix"])]),
            ]
        case .suse: [security("Critical", "Important")]
        case .centOS: [rule([PatchFilter(.product, ["*"])], includesNonSecurity: true)]
        case .ubuntu, .debian, .raspbian:
            [rule([PatchFilter(.priority, ["Required", "Important", "Standard", "Optional", "Extra"])])]
        case .macOS:
            [rule([PatchFilter(.classification, ["softwareupdate", "installer", "brew", "brew_cask"])])]
        }
    }

    private static func predefinedName(of system: OperatingSystem) -> String {
        switch system {
        case .windows: ""
        case .amazonLinux: "AmazonLinux"
        case .amazonLinux2: "AmazonLinux2"
        case .amazonLinux2022: "AmazonLinux2022"
        case .amazonLinux2023: "AmazonLinux2023"
        case .ubuntu: "Ubuntu"
        case .redHat: "RedHat"
        case .suse: "Suse"
        case .centOS: "CentOS"
        case .oracle: "OracleLinux"
        case .debian: "Debian"
        case .macOS: "MacOS"
        case .raspbian: "Raspbian"
        case .rocky: "RockyLinux"
        case .alma: "AlmaLinux"
        }
    }
}
