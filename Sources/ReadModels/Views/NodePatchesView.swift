import Domain
package import Time

/// The states of a node's patches as its last inventory shows them, in SSM's words.
package struct NodePatchesView: Codable, Equatable, Sendable {
    package var node: String
    package var name: String
    package var baseline: String?
    /// COMPLIANT, NON_COMPLIANT or UNKNOWN.
    package var compliance: String
    package var unknownReason: String?
    /// When the inventory was taken that they are judged by, and at which they are judged.
    package var scannedAt: Timestamp?
    /// `Scan` or `Install`; nil when nothing is known.
    package var operation: String?
    /// By state; those of which there are none are 0.
    package var counts: [String: Int]
    package var criticalNonCompliant: Int
    package var securityNonCompliant: Int
    package var otherNonCompliant: Int
    /// The highest level of what speaks against the node; nil when nothing does.
    package var nonCompliantSeverity: String?
    /// The files beside configuration files of the node that were kept when a package brought others.
    package var keptConfiguration: [String]
    /// Sorted by name, architecture and version.
    package var patches: [PatchView]

    package init(
        node: String,
        name: String,
        baseline: String?,
        compliance: String,
        unknownReason: String?,
        scannedAt: Timestamp?,
        operation: String?,
        counts: [String: Int],
        criticalNonCompliant: Int,
        securityNonCompliant: Int,
        otherNonCompliant: Int,
        nonCompliantSeverity: String?,
        keptConfiguration: [String],
        patches: [PatchView]
    ) {
        self.node = node
        self.name = name
        self.baseline = baseline
        self.compliance = compliance
        self.unknownReason = unknownReason
        self.scannedAt = scannedAt
        self.operation = operation
        self.counts = counts
        self.criticalNonCompliant = criticalNonCompliant
        self.securityNonCompliant = securityNonCompliant
        self.otherNonCompliant = otherNonCompliant
        self.nonCompliantSeverity = nonCompliantSeverity
        self.keptConfiguration = keptConfiguration
        self.patches = patches
    }
}

/// One patch of a node.
package struct PatchView: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    package var state: String
    /// COMPLIANT or NON_COMPLIANT; nil for what does not count.
    package var status: String?
    /// The baseline's.
    package var level: String
    /// The vendor's words.
    package var classification: String?
    package var severity: String?
    package var cves: [String]
    /// What keeps it out: `held`, `pinned`, `phased`, `broken` or `blocked by NAME`.
    package var obstacle: String?
    /// The class of its failure in the last run, such as `script`; nil when it did not fail there.
    package var failure: String?
    /// The end of what was printed about it there.
    package var output: String?

    package init(
        name: String,
        architecture: String,
        version: String,
        state: String,
        status: String?,
        level: String,
        classification: String? = nil,
        severity: String? = nil,
        cves: [String] = [],
        obstacle: String? = nil,
        failure: String? = nil,
        output: String? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.state = state
        self.status = status
        self.level = level
        self.classification = classification
        self.severity = severity
        self.cves = cves
        self.obstacle = obstacle
        self.failure = failure
        self.output = output
    }
}

extension NodePatchesView {
    /// - Parameter evidence: nil when there is nothing to judge by.
    init(_ node: NodeView, _ evidence: NodeEvidence?) {
        let report = evidence?.report
        let summary = report.map(PatchSummary.init)
        let failures = evidence?.installs.first { $0.isOver }?.failedPatches ?? []
        self.init(
            node: node.id,
            name: node.name,
            baseline: node.baseline,
            compliance: node.compliance,
            unknownReason: node.unknownReason,
            scannedAt: node.lastScanAt,
            operation: evidence.map { $0.survey.operation == .scan ? "Scan" : "Install" },
            counts: Dictionary(
                uniqueKeysWithValues: PatchState.allCases.map { ($0.rawValue, summary?.count($0) ?? 0) }
            ),
            criticalNonCompliant: summary?.criticalCount ?? 0,
            securityNonCompliant: summary?.securityCount ?? 0,
            otherNonCompliant: summary?.otherCount ?? 0,
            nonCompliantSeverity: summary?.worstLevel?.rawValue,
            keptConfiguration: evidence?.keptConfiguration ?? [],
            patches: report?.items.map { item in
                PatchView(item, failure: failures.first { $0.patch == item.patch })
            } ?? []
        )
    }
}

extension PatchView {
    init(_ item: PatchItem, failure: PatchFailure?) {
        self.init(
            name: item.patch.name,
            architecture: item.patch.architecture,
            version: item.patch.version,
            state: item.state.rawValue,
            status: item.status?.rawValue,
            level: item.level.rawValue,
            classification: item.classification,
            severity: item.vendorSeverity,
            cves: item.cves,
            obstacle: item.obstacle.map(Self.text),
            failure: failure?.cause?.rawValue,
            output: failure?.output
        )
    }

    private static func text(_ obstacle: PatchObstacle) -> String {
        switch obstacle {
        case .held: "held"
        case .pinned: "pinned"
        case .phased: "phased"
        case .broken: "broken"
        case .blocked(let name): "blocked by \(name)"
        }
    }
}
