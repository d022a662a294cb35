package import Time

/// One version that a host could install, with all that a baseline judges it by.
package struct PatchCandidate: Codable, Equatable, Sendable {
    package var patch: Patch
    package var system: OperatingSystem
    /// The host's product in the words of filters such as `Ubuntu22.04`.
    package var product: String
    /// On Windows the product's family such as `Office`.
    package var productFamily: String?
    /// Windows: whether it is for an application and not for the system.
    package var isForApplication: Bool
    /// apt's words, lower case; empty when unknown.
    package var priority: String
    package var section: String
    /// apt: whether a security archive offers this version.
    package var isFromSecurityArchive: Bool
    /// Empty for a version that no advisory speaks of.
    package var notices: [PatchNotice]
    /// When we first saw this version in any host's indexes; nil when nobody has looked.
    package var firstSeenAt: Timestamp?
    /// The date of the repository's index that offers it; nil when it has none.
    package var indexedAt: Timestamp?

    package init(
        patch: Patch,
        system: OperatingSystem,
        product: String,
        productFamily: String? = nil,
        isForApplication: Bool = false,
        priority: String = "",
        section: String = "",
        isFromSecurityArchive: Bool = false,
        notices: [PatchNotice] = [],
        firstSeenAt: Timestamp? = nil,
        indexedAt: Timestamp? = nil
    ) {
        self.patch = patch
        self.system = system
        self.product = product
        self.productFamily = productFamily
        self.isForApplication = isForApplication
        self.priority = priority
        self.section = section
        self.isFromSecurityArchive = isFromSecurityArchive
        self.notices = notices
        self.firstSeenAt = firstSeenAt
        self.indexedAt = indexedAt
    }

    /// nil for one that it does not have.
    func attribute(_ key: FilterKey, in notice: PatchNotice?) -> String? {
        switch key {
        case .product: product
        case .productFamily: productFamily
        case .patchSet: isForApplication ? "APPLICATION" : "OS"
        case .priority: priority
        case .section: section
        case .classification: system.family == .apt ? aptClassification : notice?.classification
        case .severity, .msrcSeverity: notice?.severity
        case .normalizedSeverity: notice?.normalizedSeverity
        case .knownExploited, .exploitProbability: nil
        }
    }

    private var aptClassification: String { (isFromSecurityArchive ? Classification.security : .nonSecurity).rawValue }

    /// What a delay counts from.
    func date(_ origin: DelayOrigin, of notice: PatchNotice?) -> Timestamp? {
        switch origin {
        case .advisory: notice?.releasedAt
        case .firstSeen: firstSeenAt
        case .index: indexedAt
        }
    }
}
