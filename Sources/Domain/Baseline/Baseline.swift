/// Which patches are approved for the nodes of some patch groups, and how bad it is to lack one.
///
/// Its fields are those of SSM's patch baseline (ssm-semantics §1.1).
package struct Baseline: Equatable, Sendable {
    /// SSM's id, such as `pb-0123456789abcdef0`, where it came through SSM's API; nil where its name is enough to know it by.
    package var id: String?
    package var name: String
    package var description: String?
    /// nil for one that says nothing of systems and is for whatever its patch groups hold.
    package var system: OperatingSystem?
    /// Names or globs such as `Debian12-*`.
    package var patchGroups: [String]
    /// AND between them; they restrict what the rules approve, and on apt what the approved list does, too.
    package var globalFilters: [PatchFilter]
    /// OR between them.
    package var rules: [ApprovalRule]
    /// Package names, advisories, CVEs or KBs as ``PatchCandidate`` is called by, with `*`, `?` and `[…]`.
    package var approved: [String]
    /// The level of patches that the approved list approves.
    package var approvedLevel: ComplianceLevel
    /// SSM's ApprovedPatchesEnableNonSecurity.
    package var approvedIncludesNonSecurity: Bool
    /// Entries like those of ``approved``; rejected beats approved.
    package var rejected: [String]
    /// Like ``rejected``, each with its reason, its owner and its end.
    package var rejections: [PatchRejection]
    package var rejectedAction: RejectedAction
    /// Repositories that replace those of the host for a run.
    package var sources: [PatchSource]
    /// Windows: whether a security update counts that exists and is not approved.
    package var availableSecurityUpdates: AvailableSecurityUpdates
    /// SSM's tags, which mean nothing here.
    package var tags: [String: String]

    package init(
        id: String? = nil,
        name: String,
        description: String? = nil,
        system: OperatingSystem? = nil,
        patchGroups: [String],
        globalFilters: [PatchFilter] = [],
        rules: [ApprovalRule],
        approved: [String] = [],
        approvedLevel: ComplianceLevel = .unspecified,
        approvedIncludesNonSecurity: Bool = false,
        rejected: [String] = [],
        rejections: [PatchRejection] = [],
        rejectedAction: RejectedAction = .allowAsDependency,
        sources: [PatchSource] = [],
        availableSecurityUpdates: AvailableSecurityUpdates = .compliant,
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.system = system
        self.patchGroups = patchGroups
        self.globalFilters = globalFilters
        self.rules = rules
        self.approved = approved
        self.approvedLevel = approvedLevel
        self.approvedIncludesNonSecurity = approvedIncludesNonSecurity
        self.rejected = rejected
        self.rejections = rejections
        self.rejectedAction = rejectedAction
        self.sources = sources
        self.availableSecurityUpdates = availableSecurityUpdates
        self.tags = tags
    }
}

/// What becomes of rejected packages that others need or that are there (ssm-semantics §2.4).
package enum RejectedAction: String, Codable, Sendable, CaseIterable {
    /// They may come with an approved patch that needs them, and are no fault where they are installed.
    case allowAsDependency = "ALLOW_AS_DEPENDENCY"
    /// They never come, nor does what needs them; where they are installed the node is not compliant.
    case block = "BLOCK"
}

/// How a Windows node's security updates count that exist and are not approved.
package enum AvailableSecurityUpdates: String, Codable, Sendable, CaseIterable {
    case compliant = "COMPLIANT"
    case nonCompliant = "NON_COMPLIANT"
}

/// A repository for nodes of some products (ssm-semantics §2.7).
package struct PatchSource: Codable, Equatable, Sendable {
    package var name: String
    /// Such as `AmazonLinux2023`, or `*`.
    package var products: [String]
    /// The repository file's text, verbatim.
    package var configuration: String

    package init(name: String, products: [String], configuration: String) {
        self.name = name
        self.products = products
        self.configuration = configuration
    }
}

extension [Baseline] {
    /// The first one that is for nodes of the patch group on the system; nil when none is.
    package func serving(_ patchGroup: String, on system: OperatingSystem) -> Baseline? {
        first { baseline in
            (baseline.system == nil || baseline.system == system)
                && baseline.patchGroups.contains { Glob($0).matches(patchGroup) }
        }
    }
}
