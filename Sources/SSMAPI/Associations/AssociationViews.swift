import ControlPlane
import Domain
import ReadModels
import Time

/// What SSM's `AssociationDescription` has beside the settings.
struct AssociationStanding: Encodable, Sendable {
    let associationId: String
    let associationVersion: String
    let date: EpochSeconds?
    let lastUpdateAssociationDate: EpochSeconds?
    let lastExecutionDate: EpochSeconds?
    let lastSuccessfulExecutionDate: EpochSeconds?
    let overview: AssociationOverview

    /// - Parameters:
    ///   - version: the one that is told of.
    ///   - last: the command of its last execution, where there is one.
    init(_ association: Association, _ version: AssociationVersion, last: CommandState?) {
        associationId = association.id
        associationVersion = "\(version.number)"
        date = association.createdAt.map { EpochSeconds($0) }
        lastUpdateAssociationDate = EpochSeconds(version.createdAt)
        lastExecutionDate = association.lastRun.map { EpochSeconds($0.startedAt) }
        lastSuccessfulExecutionDate = association.lastSuccessAt.map { EpochSeconds($0) }
        overview = AssociationOverview(association, last: last)
    }
}

/// SSM's `AssociationOverview`.
struct AssociationOverview: Encodable, Sendable {
    let status: String
    let detailedStatus: String
    let associationStatusAggregatedCount: [String: Int]?

    init(_ association: Association, last: CommandState? = nil) {
        let run = association.lastRun
        // Terraform waits while it is Pending.
        status = run.map { $0.endedAt == nil ? "Pending" : $0.status.title } ?? "Pending"
        detailedStatus = run.map(\.status.title) ?? "Pending"
        associationStatusAggregatedCount = last?.countsByStatus
    }
}

/// SSM's `Association`.
struct AssociationItem: Encodable, Sendable {
    let name: String
    let instanceId: String?
    let associationId: String
    let associationVersion: String
    let documentVersion: String
    let targets: [CommandTarget]
    let lastExecutionDate: EpochSeconds?
    let overview: AssociationOverview
    let scheduleExpression: String?
    let associationName: String?
    let scheduleOffset: Int?
    let duration: Int?

    init(_ association: Association, _ version: AssociationVersion) {
        let settings = version.settings
        name = settings.name
        instanceId = settings.instanceId
        associationId = association.id
        associationVersion = "\(version.number)"
        documentVersion = settings.documentVersion
        targets = settings.targets
        lastExecutionDate = association.lastRun.map { EpochSeconds($0.startedAt) }
        overview = AssociationOverview(association)
        scheduleExpression = settings.scheduleExpression
        associationName = settings.associationName
        scheduleOffset = settings.scheduleOffset
        duration = settings.duration
    }
}

/// What SSM's `AssociationVersionInfo` has beside the settings.
struct AssociationVersionItem: Encodable, Sendable {
    let associationId: String
    let associationVersion: String
    let createdDate: EpochSeconds

    init(_ version: AssociationVersion, of association: Association) {
        associationId = association.id
        associationVersion = "\(version.number)"
        createdDate = EpochSeconds(version.createdAt)
    }
}

/// SSM's `AssociationExecution`.
struct AssociationExecutionView: Encodable, Sendable {
    let associationId: String
    let associationVersion: String
    let executionId: String
    let status: String
    let detailedStatus: String
    let createdTime: EpochSeconds
    let lastExecutionDate: EpochSeconds
    let resourceCountByStatus: String?

    init(_ execution: AssociationExecution, at place: AssociationPlace, _ command: CommandState?) {
        associationId = place.association
        associationVersion = "\(execution.version)"
        executionId = place.description
        status = execution.status.title
        detailedStatus = execution.details ?? execution.status.title
        createdTime = EpochSeconds(execution.startedAt)
        lastExecutionDate = EpochSeconds(execution.startedAt)
        let counts = command?.countsByStatus.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        resourceCountByStatus = counts.map { "{" + $0.joined(separator: ", ") + "}" }
    }
}

/// SSM's `AssociationExecutionTarget`.
struct AssociationExecutionTargetView: Encodable, Sendable {
    struct Source: Encodable, Sendable {
        let outputSourceId: String
        let outputSourceType: String
    }

    let associationId: String
    let associationVersion: String
    let executionId: String
    let resourceId: String
    let resourceType: String
    let status: String
    let detailedStatus: String
    let lastExecutionDate: EpochSeconds
    let outputSource: Source

    init(_ node: String, _ execution: AssociationExecution, at place: AssociationPlace, _ command: CommandState) {
        associationId = place.association
        associationVersion = "\(execution.version)"
        executionId = place.description
        resourceId = node
        resourceType = "ManagedInstance"
        let found = command.status(ofNode: node)
        (status, detailedStatus) = (found.status, found.details)
        lastExecutionDate = EpochSeconds(execution.startedAt)
        outputSource = Source(outputSourceId: place.description, outputSourceType: "RunCommand")
    }
}

extension Association {
    /// The last execution that was not skipped.
    var lastRun: AssociationExecution? { executions.last { $0.status != .skippedOverlapping } }
}

extension ExecutionStatus {
    /// As State Manager writes it.
    var title: String {
        switch self {
        case .pending: "Pending"
        case .inProgress, .cancelling: "InProgress"
        case .success: "Success"
        case .failed, .timedOut, .cancelled: "Failed"
        case .skippedOverlapping: "Skipped"
        }
    }
}

extension CommandState {
    /// How many of its nodes there are by status.
    fileprivate var countsByStatus: [String: Int] {
        parts.keys.reduce(into: [:]) { $0[status(ofNode: $1).status, default: 0] += 1 }
    }
}
