import ControlPlane
import Domain
import ReadModels
import Time

/// What `GetCommandInvocation` answers.
struct InvocationReport: Encodable, Sendable {
    private static let outputLength = 24_000
    private static let errorLength = 8_000

    var commandId: String
    var instanceId: String
    var comment: String
    var documentName: String
    var documentVersion: String
    var pluginName: String?
    var responseCode: Int
    var executionStartDateTime: String
    var executionElapsedTime: String
    var executionEndDateTime: String
    var status: String
    var statusDetails: String
    var standardOutputContent: String
    var standardOutputUrl = ""
    var standardErrorContent: String
    var standardErrorUrl = ""
    var cloudWatchOutputConfig = CloudWatchView()

    /// - Parameter isWhole: whether the status is the invocation's, not the plugin's.
    init(
        _ invocation: CommandInvocation,
        of command: CommandState,
        _ plugin: CommandPlugin?,
        isWhole: Bool,
        _ call: Call
    ) async throws {
        commandId = command.id
        instanceId = invocation.node
        comment = command.command.comment ?? ""
        documentName = CommandDocument.name(of: command.command.documentName)
        documentVersion = command.command.documentVersion ?? "$DEFAULT"
        pluginName = plugin?.name
        responseCode = plugin?.code ?? -1
        let shown = isWhole ? invocation.status : plugin?.status ?? invocation.status
        (status, statusDetails) = (shown.status, shown.details)
        executionStartDateTime = plugin?.begun.map(Self.text) ?? ""
        executionEndDateTime = plugin?.ended.map(Self.text) ?? ""
        executionElapsedTime = ""
        if let begun = plugin?.begun, let ended = plugin?.ended {
            executionElapsedTime = Self.text(max(0, (ended.microseconds - begun.microseconds) / 1_000))
        }
        var said = plugin?.said ?? ""
        if let log = plugin?.log, let kept = try await call.services.commands.output(of: log, node: invocation.node) {
            said = kept
        }
        standardOutputContent = String(said.suffix(Self.outputLength))
        standardErrorContent = String((plugin?.complaint ?? invocation.detail ?? "").suffix(Self.errorLength))
    }

    /// To the millisecond, as SSM has it.
    private static func text(_ moment: Timestamp) -> String {
        "\(Timestamp(microseconds: moment.microseconds / 1_000 * 1_000))"
    }

    private static func text(_ milliseconds: Int64) -> String {
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "PT\(milliseconds / 1_000).\(fraction)S"
    }
}

extension CommandService {
    fileprivate func output(of log: CommandPlugin.Log, node: String) async throws -> String? {
        let step = log.step.map { step in (step.hook.map { "\($0.rawValue) " } ?? "", step.name) }
        return try await output(of: log.order, node: node) { title in
            step.map { title.hasPrefix($0.0) && title.hasSuffix(": \($0.1)") } ?? true
        }
    }
}
