/// What a maintenance window does when it opens, in SSM's words; of its types there is Run Command alone.
package struct WindowTask: Codable, Equatable, Sendable {
    package enum CutoffBehavior: String, Codable, Sendable, CaseIterable {
        case continueTask = "CONTINUE_TASK"
        case cancelTask = "CANCEL_TASK"
    }

    /// The key of ``targets`` that names targets of the window.
    package static let windowTargetIDs = "WindowTargetIds"

    /// A UUID.
    package var windowTaskId: String
    /// The document's name, or its ARN.
    package var taskArn: String
    /// Targets of the window, or node ids.
    package var targets: [CommandTarget]
    /// Lower ones run first.
    package var priority: Int
    package var maxConcurrency: String
    package var maxErrors: String
    package var command: RunCommandParameters?
    package var cutoffBehavior: CutoffBehavior?
    package var name: String?
    package var description: String?
    /// What is kept for those who read it back, and leads to nothing here.
    package var kept: Kept

    package struct Kept: Codable, Equatable, Sendable {
        package var serviceRoleArn: String?
        /// Of old clients; they count where ``command`` gives none.
        package var taskParameters: [String: ParameterValues]?
        package var loggingInfo: LoggingInfo?
        package var alarmConfiguration: AlarmConfiguration?

        package init(
            serviceRoleArn: String? = nil,
            taskParameters: [String: ParameterValues]? = nil,
            loggingInfo: LoggingInfo? = nil,
            alarmConfiguration: AlarmConfiguration? = nil
        ) {
            self.serviceRoleArn = serviceRoleArn
            self.taskParameters = taskParameters
            self.loggingInfo = loggingInfo
            self.alarmConfiguration = alarmConfiguration
        }
    }

    package init(
        windowTaskId: String,
        taskArn: String,
        targets: [CommandTarget],
        priority: Int,
        maxConcurrency: String,
        maxErrors: String,
        command: RunCommandParameters? = nil,
        cutoffBehavior: CutoffBehavior? = nil,
        name: String? = nil,
        description: String? = nil,
        kept: Kept = Kept()
    ) {
        self.windowTaskId = windowTaskId
        self.taskArn = taskArn
        self.targets = targets
        self.priority = priority
        self.maxConcurrency = maxConcurrency
        self.maxErrors = maxErrors
        self.command = command
        self.cutoffBehavior = cutoffBehavior
        self.name = name
        self.description = description
        self.kept = kept
    }

    /// The window's targets that it is for.
    package var windowTargets: [String] { targets.filter { $0.key == Self.windowTargetIDs }.flatMap(\.values) }

    /// The nodes that it names by itself.
    package var otherTargets: [CommandTarget] { targets.filter { $0.key != Self.windowTargetIDs } }

    /// The document's name: what follows the last slash of an ARN.
    package var documentName: String {
        guard taskArn.hasPrefix("arn:"), let slash = taskArn.lastIndex(of: "/") else { return taskArn }
        return String(taskArn[taskArn.index(after: slash)...])
    }

    /// The document's parameters.
    package var parameters: [String: [String]] {
        command?.parameters ?? kept.taskParameters?.mapValues { $0.values ?? [] } ?? [:]
    }
}

/// SSM's `MaintenanceWindowTaskParameterValueExpression`.
package struct ParameterValues: Codable, Equatable, Sendable {
    package var values: [String]?

    package init(values: [String]?) { self.values = values }
}

/// SSM's `LoggingInfo`.
package struct LoggingInfo: Codable, Equatable, Sendable {
    package var s3BucketName: String
    package var s3KeyPrefix: String?
    package var s3Region: String
}

/// SSM's `AlarmConfiguration`.
package struct AlarmConfiguration: Codable, Equatable, Sendable {
    package struct Alarm: Codable, Equatable, Sendable {
        package var name: String
    }

    package var ignorePollAlarmFailure: Bool?
    package var alarms: [Alarm]
}
