/// What a filter asks a patch for: SSM's `PatchFilterKey` as far as baselines use it, and our own keys beyond it.
package enum FilterKey: String, Codable, Sendable, CaseIterable {
    case product = "PRODUCT"
    case classification = "CLASSIFICATION"
    case severity = "SEVERITY"
    case priority = "PRIORITY"
    case section = "SECTION"
    case patchSet = "PATCH_SET"
    case productFamily = "PRODUCT_FAMILY"
    case msrcSeverity = "MSRC_SEVERITY"
    /// Ours: on one scale for all vendors; what nobody rated is `High`.
    case normalizedSeverity = "NORMALIZED_SEVERITY"
    /// Ours: `true` for what closes a CVE that is known to be exploited (CISA KEV).
    case knownExploited = "KNOWN_EXPLOITED"
    /// Ours: the least probability of exploitation (EPSS) such as `0.1`.
    case exploitProbability = "EXPLOIT_PROBABILITY"

    /// Whether SSM knows it not.
    package var isExtension: Bool {
        switch self {
        case .normalizedSeverity, .knownExploited, .exploitProbability: true
        default: false
        }
    }

    /// The keys that mean something in a baseline for the operating system (ssm-semantics §1.3, from SSM's API).
    ///
    /// On apt, where SSM knows no classification, ours is whether the version comes from a security archive: `Security` or
    /// `NonSecurity`.
    package static func keys(for system: OperatingSystem) -> [Self] {
        let extensions: [Self] = [.normalizedSeverity, .knownExploited, .exploitProbability]
        switch system.family {
        case .windows: return [.patchSet, .product, .productFamily, .classification, .msrcSeverity] + extensions
        case .apt: return [.product, .priority, .section, .classification] + extensions
        case .rpm, .zypper: return [.product, .classification, .severity] + extensions
        case .macOS: return [.product, .classification]
        }
    }
}
