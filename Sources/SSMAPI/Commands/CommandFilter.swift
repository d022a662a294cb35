import Domain
import ReadModels
import Time

/// SSM's `CommandFilter`, whose members begin with small letters.
struct CommandFilter: Decodable, Sendable {
    static let keys = ["InvokedAfter", "InvokedBefore", "Status", "ExecutionStage", "DocumentName"]

    var key: String
    var value: String
}

/// What a list of commands or of their invocations is limited to.
struct CommandFilters: Sendable {
    /// What the database chooses by.
    private(set) var selection: CommandSelection
    private var status: String?
    private var isOver: Bool?

    /// - Parameters:
    ///   - node: of a list of one node's commands.
    ///   - hasStage: whether it may be limited by the stage of the execution.
    init(_ filters: [CommandFilter], site: String, node: String?, hasStage: Bool) throws(SSMError) {
        selection = CommandSelection(site: site, node: node)
        for filter in filters {
            switch filter.key {
            case "InvokedAfter": selection.after = try Timestamp(filter: filter.key, filter.value)
            case "InvokedBefore": selection.before = try Timestamp(filter: filter.key, filter.value)
            case "DocumentName": selection.document = CommandDocument.name(of: filter.value)
            case "Status": status = filter.value
            case "ExecutionStage" where hasStage && ["Executing", "Complete"].contains(filter.value):
                isOver = filter.value == "Complete"
            default: throw SSMError("InvalidFilterKey")
            }
        }
    }

    /// By a status, or by the details of one.
    func allow(_ found: RunStatus) -> Bool {
        (status.map { $0 == found.status || $0 == found.details } ?? true) && (isOver.map { $0 == found.isEnd } ?? true)
    }

    /// Whether the database would have chosen it: of a command that was asked for by its id.
    func choose(_ command: CommandState) -> Bool {
        (selection.document.map { $0 == CommandDocument.name(of: command.command.documentName) } ?? true)
            && (selection.after.map { $0 < command.sentAt } ?? true)
            && (selection.before.map { $0 > command.sentAt } ?? true)
    }
}
