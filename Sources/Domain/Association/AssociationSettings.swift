/// What an association runs, on which nodes and when, in SSM's words and as the caller wrote it.
package struct AssociationSettings: Codable, Equatable, Sendable {
    /// SSM's `AssociationComplianceSeverity`.
    package enum Severity: String, Codable, Sendable, CaseIterable {
        case critical = "CRITICAL"
        case high = "HIGH"
        case medium = "MEDIUM"
        case low = "LOW"
        case unspecified = "UNSPECIFIED"
    }

    /// SSM's `InstanceAssociationOutputLocation`.
    package struct OutputLocation: Codable, Equatable, Sendable {
        package struct Bucket: Codable, Equatable, Sendable {
            package var outputS3Region: String?
            package var outputS3BucketName: String?
            package var outputS3KeyPrefix: String?
        }

        package var s3Location: Bucket?
    }

    /// How many bytes its parameters may have: each version keeps its own.
    package static let mostParameterBytes = 65_536
    private static let defaultMaxErrors = "100%"

    /// The document's name, or its ARN.
    package var name: String
    package var documentVersion: String
    /// Of old clients, which know an association by its document and its node.
    package var instanceId: String?
    package var parameters: [String: [String]]?
    package var targets: [CommandTarget]
    /// `cron(…)`, `rate(…)` or `at(…)`, in UTC; nil for what runs when it is made or changed, and never else.
    package var scheduleExpression: String?
    /// Days, of a cron alone.
    package var scheduleOffset: Int?
    /// It does not run when it is made or changed.
    package var applyOnlyAtCronInterval: Bool?
    package var associationName: String?
    package var maxConcurrency: String?
    package var maxErrors: String?
    /// Hours from an execution's start on in which hosts may begin; nil where the command's own times are all.
    package var duration: Int?
    /// Kept for those who read it back, and leads to nothing here; so do the two behind it.
    package var complianceSeverity: Severity?
    package var syncCompliance: String?
    package var outputLocation: OutputLocation?

    package init(
        name: String,
        documentVersion: String = "$DEFAULT",
        instanceId: String? = nil,
        parameters: [String: [String]]? = nil,
        targets: [CommandTarget],
        scheduleExpression: String? = nil,
        scheduleOffset: Int? = nil,
        applyOnlyAtCronInterval: Bool? = nil,
        associationName: String? = nil,
        maxConcurrency: String? = nil,
        maxErrors: String? = nil,
        duration: Int? = nil,
        complianceSeverity: Severity? = nil,
        syncCompliance: String? = nil,
        outputLocation: OutputLocation? = nil
    ) {
        self.name = name
        self.documentVersion = documentVersion
        self.instanceId = instanceId
        self.parameters = parameters
        self.targets = targets
        self.scheduleExpression = scheduleExpression
        self.scheduleOffset = scheduleOffset
        self.applyOnlyAtCronInterval = applyOnlyAtCronInterval
        self.associationName = associationName
        self.maxConcurrency = maxConcurrency
        self.maxErrors = maxErrors
        self.duration = duration
        self.complianceSeverity = complianceSeverity
        self.syncCompliance = syncCompliance
        self.outputLocation = outputLocation
    }

    package var runsWhenChanged: Bool { applyOnlyAtCronInterval != true }

    /// What each execution sends.
    ///
    /// One that names no rates goes on whatever fails, 50 hosts at a time: a node that fails a scan is no reason to leave out others.
    package var command: SentCommand {
        SentCommand(
            documentName: name,
            documentVersion: documentVersion,
            parameters: parameters ?? [:],
            targets: targets.filter { !$0.isEveryNode },
            maxConcurrency: maxConcurrency ?? SentCommand.defaultMaxConcurrency,
            maxErrors: maxErrors ?? Self.defaultMaxErrors
        )
    }

    var parameterBytes: Int {
        (parameters ?? [:]).reduce(0) { sum, parameter in
            sum + parameter.key.utf8.count + parameter.value.reduce(0) { $0 + $1.utf8.count }
        }
    }
}

extension CommandTarget {
    /// State Manager's `InstanceIds` of `*`: all managed nodes.
    fileprivate var isEveryNode: Bool { key.lowercased() == "instanceids" && values == ["*"] }
}
