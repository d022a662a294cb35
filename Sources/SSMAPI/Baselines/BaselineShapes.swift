import Domain

/// The members of what requests about baselines have (ssm-semantics, appendix A).
enum BaselineShapes {
    static let id = Shape.text(20...128, .baselineID)
    static let patchGroup = Shape.text(1...256, .tag)
    static let system = Shape.words(OperatingSystem.self)
    static let pageSize = Shape.integer(1...100)

    static let tags = Shape.list(
        .structure([.required("Key", tagKey), .required("Value", .text(0...256, .tag))]),
        0...1_000
    )
    static let tagKey = Shape.text(1...128, .tag)

    static let filters = Shape.list(
        .structure([
            .optional("Key", .text(1...128)), .optional("Values", .list(.text(1...256), Shape.any)),
        ]),
        0...5
    )

    /// What both creating and updating take.
    static let parts: [Shape.Member] = [
        .optional("GlobalFilters", filterGroup),
        .optional("ApprovalRules", .structure([.required("PatchRules", .list(rule, 0...10))])),
        .optional("ApprovedPatches", patches),
        .optional("ApprovedPatchesComplianceLevel", level),
        .optional("ApprovedPatchesEnableNonSecurity", .boolean),
        .optional("RejectedPatches", patches),
        .optional("RejectedPatchesAction", .words(RejectedAction.self)),
        .optional("Description", .text(1...1_024)),
        .optional("Sources", .list(source, 0...20)),
        .optional("AvailableSecurityUpdatesComplianceStatus", .words(AvailableSecurityUpdates.self)),
    ]
    static let name = Shape.text(3...128, .name)

    // MARK: - Parts

    private static let patches = Shape.list(.text(1...100), 0...50)
    private static let level = Shape.words(ComplianceLevel.self)
    private static let filterGroup = Shape.structure([
        .required(
            "PatchFilters",
            .list(
                .structure([
                    .required("Key", .words(FilterKey.self)),
                    .required("Values", .list(.text(1...64), 1...20)),
                ]),
                0...4
            )
        )
    ])
    private static let rule = Shape.structure([
        .required("PatchFilterGroup", filterGroup),
        .optional("ComplianceLevel", level),
        .optional("ApproveAfterDays", .integer(ApprovalDelay.days)),
        .optional("ApproveUntilDate", .text(1...10)),
        .optional("EnableNonSecurity", .boolean),
    ])
    private static let source = Shape.structure([
        .required("Name", .text(3...50, .name)),
        .required("Products", .list(.text(1...128), 1...20)),
        .required("Configuration", .text(1...1_024)),
    ])
}
