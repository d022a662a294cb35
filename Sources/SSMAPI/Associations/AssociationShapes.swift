import Domain

/// The members of what requests about associations have (ssm-semantics, appendix A).
enum AssociationShapes {
    static let id = Shape.text(36...36, .anyUUID)
    static let association = Shape.Member.required("AssociationId", id)
    static let pageSize = Shape.Member.optional("MaxResults", .integer(1...50))
    static let nextToken = Shape.Member.optional("NextToken", .text)
    static let listing = [pageSize, nextToken]

    /// How old clients name one.
    static let reference: [Shape.Member] = [
        .optional("AssociationId", id), .optional("Name", CommandShapes.document),
        .optional("InstanceId", NodeShapes.id),
    ]

    /// What both making and changing an association take.
    static let settings: [Shape.Member] = [
        .optional("DocumentVersion", .text(Shape.any, .documentVersion)),
        .optional("Parameters", CommandShapes.parameters),
        .optional("Targets", WindowShapes.targets),
        .optional("ScheduleExpression", .text(1...256)),
        .optional("ScheduleOffset", .integer(1...6)),
        .optional("ApplyOnlyAtCronInterval", .boolean),
        .optional("AssociationName", WindowShapes.name),
        .optional("MaxConcurrency", .text(1...7, .maxConcurrency)),
        .optional("MaxErrors", .text(1...7, .maxErrors)),
        .optional("ComplianceSeverity", .words(AssociationSettings.Severity.self)),
        .optional("SyncCompliance", .word(["AUTO", "MANUAL"])),
        .optional("Duration", .integer(1...24)),
        .optional(
            "OutputLocation",
            .structure([
                .optional(
                    "S3Location",
                    .structure([
                        .optional("OutputS3Region", .text(3...20)), .optional("OutputS3BucketName", .text(3...63)),
                        .optional("OutputS3KeyPrefix", .text(0...500)),
                    ])
                )
            ])
        ),
        // What is not offered is told so by name.
        .optional("AutomationTargetParameterName", .text(1...50)), .optional("CalendarNames", .list(.text, Shape.any)),
        .optional("TargetLocations", .list(.structure([]), 1...100)),
        .optional("TargetMaps", .list(.map(.list(.text, 0...25)), 0...300)),
        .optional("AlarmConfiguration", .structure([])), .optional("AssociationDispatchAssumeRole", .text(1...512)),
    ]

    static let version = Shape.text(
        1...9,
        .init(text: "^(([$]LATEST)|([1-9][0-9]*))$") { text in
            text == "$LATEST" || text.first != "0" && text.utf8.allSatisfy { (48...57).contains($0) }
        }
    )
}
