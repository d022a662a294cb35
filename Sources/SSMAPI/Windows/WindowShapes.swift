import Domain

/// The members of what requests about maintenance windows have (ssm-semantics, appendix A).
enum WindowShapes {
    static let id = Shape.text(20...20, .windowID)
    static let uuid = Shape.text(36...36, .anyUUID)
    static let name = Shape.text(3...128, .name)
    static let description = Shape.text(1...128)
    static let token = Shape.Member.optional("ClientToken", .text(1...64))
    static let window = Shape.Member.required("WindowId", id)
    static let nextToken = Shape.Member.optional("NextToken", .text)
    static let pageSize = Shape.Member.optional("MaxResults", .integer(10...100))
    static let searchPageSize = Shape.Member.optional("MaxResults", .integer(1...Int.max))
    static let listing = [filters, pageSize, nextToken]
    static let resourceType = Shape.word(["INSTANCE", "RESOURCE_GROUP"])
    static let execution = Shape.Member.required("WindowExecutionId", uuid)

    static let filters = Shape.Member.optional(
        "Filters",
        .list(
            .structure([
                .optional("Key", .text(1...128)), .optional("Values", .list(.text(1...256), Shape.any)),
            ]),
            0...5
        )
    )

    static let targets = Shape.list(
        .structure([
            .optional("Key", .text(1...163, .targetKey)), .optional("Values", .list(.text, 0...50)),
        ]),
        0...5
    )

    /// What both making and changing a window take.
    static func settings(_ member: (String, Shape) -> Shape.Member) -> [Shape.Member] {
        [
            member("Name", name), member("Schedule", .text(1...256)), member("Duration", .integer(1...24)),
            member("Cutoff", .integer(0...23)), member("AllowUnassociatedTargets", .boolean),
            .optional("Description", description), .optional("StartDate", .text), .optional("EndDate", .text),
            .optional("ScheduleTimezone", .text), .optional("ScheduleOffset", .integer(1...6)),
        ]
    }

    /// What both registering and changing a target take.
    static let targetParts: [Shape.Member] = [
        .optional("OwnerInformation", .text(1...128)), .optional("Name", name), .optional("Description", description),
    ]

    /// What both registering and changing a task take.
    static let taskParts: [Shape.Member] = [
        .optional("Targets", targets), .optional("ServiceRoleArn", .text),
        .optional(
            "TaskParameters",
            .map(.structure([.optional("Values", .list(.text(1...255), Shape.any))]))
        ),
        .optional("TaskInvocationParameters", .structure([.optional("RunCommand", runCommand)])),
        .optional("Priority", .integer(0...Int.max)), .optional("MaxConcurrency", .text(1...7, .maxConcurrency)),
        .optional("MaxErrors", .text(1...7, .maxErrors)),
        .optional(
            "LoggingInfo",
            .structure([
                .required("S3BucketName", bucket), .optional("S3KeyPrefix", .text(0...500)),
                .required("S3Region", .text(3...20)),
            ])
        ),
        .optional("Name", name), .optional("Description", description),
        .optional("CutoffBehavior", .words(WindowTask.CutoffBehavior.self)),
        .optional(
            "AlarmConfiguration",
            .structure([
                .optional("IgnorePollAlarmFailure", .boolean),
                .required("Alarms", .list(.structure([.required("Name", .text(1...255))]), 1...1)),
            ])
        ),
    ]

    // MARK: - Parts

    private static let bucket = Shape.text(3...63)
    private static let runCommand = Shape.structure([
        .optional("Comment", .text(0...100)),
        .optional(
            "CloudWatchOutputConfig",
            .structure([
                .optional("CloudWatchLogGroupName", .text(1...512)), .optional("CloudWatchOutputEnabled", .boolean),
            ])
        ),
        .optional("DocumentHash", .text(0...256)), .optional("DocumentHashType", .word(["Sha256", "Sha1"])),
        .optional("DocumentVersion", .text(Shape.any, .documentVersion)),
        .optional(
            "NotificationConfig",
            .structure([
                .optional("NotificationArn", .text),
                .optional(
                    "NotificationEvents",
                    .list(.word(["All", "InProgress", "Success", "TimedOut", "Cancelled", "Failed"]), Shape.any)
                ),
                .optional("NotificationType", .word(["Command", "Invocation"])),
            ])
        ),
        .optional("OutputS3BucketName", bucket), .optional("OutputS3KeyPrefix", .text(0...500)),
        .optional("Parameters", .map(.list(.text, Shape.any))),
        .optional("ServiceRoleArn", .text), .optional("TimeoutSeconds", .integer(30...2_592_000)),
    ])
}

extension Shape.Pattern {
    static let windowID = Self(text: "^mw-[0-9a-f]{17}$") { value in
        value.hasPrefix("mw-") && value.dropFirst(3).utf8.count == 17
            && value.dropFirst(3).utf8.allSatisfy("0123456789abcdef".utf8.contains)
    }

    static let anyUUID = Self(
        text: #"^[0-9a-fA-F]{8}\-[0-9a-fA-F]{4}\-[0-9a-fA-F]{4}\-[0-9a-fA-F]{4}\-[0-9a-fA-F]{12}$"#
    ) {
        WindowPlace($0) != nil
    }

    static let targetKey = Self(
        text: #"^[\p{L}\p{Z}\p{N}_.:/=\-@]*$|resource-groups:ResourceTypeFilters|resource-groups:Name"#
    ) { !$0.contains("+") && tag.matches($0) }

    static let maxConcurrency = Self(text: "^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$") { isRate($0, from: 1) }
    static let maxErrors = Self(text: "^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$") { isRate($0, from: 0) }

    static let documentVersion = Self(text: #"([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)"#) { value in
        ["$LATEST", "$DEFAULT"].contains(value) || isRate(value, from: 1) && !value.hasSuffix("%")
    }

    private static func isRate(_ text: String, from least: Int) -> Bool {
        let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
        guard let number = Int(digits), "\(number)" == digits, number >= least else { return false }
        return !text.hasSuffix("%") || number <= 100
    }
}
