import Domain
import ReadModels

/// SSM's `Target`.
struct TargetView: Codable, Sendable {
    var key: String?
    var values: [String]?

    init(_ target: CommandTarget) { (key, values) = (target.key, target.values) }
}

/// SSM's `CloudWatchOutputConfig`.
struct CloudWatchView: Encodable, Sendable {
    var cloudWatchOutputEnabled = false
}

/// SSM's `Command`.
struct CommandView: Encodable, Sendable {
    var commandId: String
    var documentName: String
    var documentVersion: String
    var comment: String
    var expiresAfter: EpochSeconds
    var parameters: [String: [String]]
    var instanceIds: [String]
    var targets: [TargetView]
    var requestedDateTime: EpochSeconds
    var status: String
    var statusDetails: String
    var maxConcurrency: String
    var maxErrors: String
    var targetCount: Int
    var completedCount: Int
    var errorCount: Int
    var deliveryTimedOutCount: Int
    var cloudWatchOutputConfig = CloudWatchView()
    var timeoutSeconds: Int

    init(_ state: CommandState) {
        let (command, counts) = (state.command, state.counts)
        let status = state.status(counts)
        commandId = state.id
        documentName = CommandDocument.name(of: command.documentName)
        documentVersion = command.documentVersion ?? "$DEFAULT"
        comment = command.comment ?? ""
        expiresAfter = EpochSeconds(state.expiresAt)
        parameters = command.parameters
        instanceIds = command.instanceIDs
        targets = command.targets.map(TargetView.init)
        requestedDateTime = EpochSeconds(state.sentAt)
        (self.status, statusDetails) = (status.status, status.details)
        (maxConcurrency, maxErrors) = (command.maxConcurrency, command.maxErrors)
        targetCount = counts.targets
        completedCount = counts.completed
        errorCount = counts.errors
        deliveryTimedOutCount = counts.deliveryTimedOut
        timeoutSeconds = command.timeoutSeconds
    }
}

/// SSM's `CommandInvocation`.
struct InvocationView: Encodable, Sendable {
    var commandId: String
    var instanceId: String
    var instanceName: String
    var comment: String
    var documentName: String
    var documentVersion: String
    var requestedDateTime: EpochSeconds
    var status: String
    var statusDetails: String
    var traceOutput: String
    var commandPlugins: [PluginView]
    var cloudWatchOutputConfig = CloudWatchView()

    init(_ invocation: CommandInvocation, of state: CommandState, plugins: [CommandPlugin]) {
        commandId = state.id
        (instanceId, instanceName) = (invocation.node, invocation.name)
        comment = state.command.comment ?? ""
        documentName = CommandDocument.name(of: state.command.documentName)
        documentVersion = state.command.documentVersion ?? "$DEFAULT"
        requestedDateTime = EpochSeconds(state.sentAt)
        (status, statusDetails) = (invocation.status.status, invocation.status.details)
        traceOutput = String((invocation.detail ?? "").prefix(2_500))
        commandPlugins = plugins.map(PluginView.init)
    }
}

/// SSM's `CommandPlugin`.
struct PluginView: Encodable, Sendable {
    var name: String
    var status: String
    var statusDetails: String
    var responseCode: Int
    var responseStartDateTime: EpochSeconds?
    var responseFinishDateTime: EpochSeconds?
    var output: String

    init(_ plugin: CommandPlugin) {
        name = plugin.name
        // A plugin has no word for what is being cancelled.
        status = plugin.status.status == "Cancelling" ? "InProgress" : plugin.status.status
        statusDetails = plugin.status.details
        responseCode = plugin.code
        responseStartDateTime = plugin.begun.map(EpochSeconds.init)
        responseFinishDateTime = plugin.ended.map(EpochSeconds.init)
        output = String(plugin.said.suffix(2_500))
    }
}
