/// SSM's `MaintenanceWindowRunCommandParameters`: how a window's task sends its command.
package struct RunCommandParameters: Codable, Equatable, Sendable {
    package struct OutputConfig: Codable, Equatable, Sendable {
        package var cloudWatchLogGroupName: String?
        package var cloudWatchOutputEnabled: Bool?
    }

    package struct Notification: Codable, Equatable, Sendable {
        package var notificationArn: String?
        package var notificationEvents: [String]?
        package var notificationType: String?
    }

    package var comment: String?
    package var cloudWatchOutputConfig: OutputConfig?
    package var documentHash: String?
    package var documentHashType: String?
    package var documentVersion: String?
    package var notificationConfig: Notification?
    package var outputS3BucketName: String?
    package var outputS3KeyPrefix: String?
    /// Of the document; they are checked when the command is sent.
    package var parameters: [String: [String]]?
    package var serviceRoleArn: String?
    /// How long an order waits for its host.
    package var timeoutSeconds: Int?

    package init(
        comment: String? = nil,
        documentVersion: String? = nil,
        parameters: [String: [String]]? = nil,
        timeoutSeconds: Int? = nil
    ) {
        self.comment = comment
        self.documentVersion = documentVersion
        self.parameters = parameters
        self.timeoutSeconds = timeoutSeconds
    }
}
