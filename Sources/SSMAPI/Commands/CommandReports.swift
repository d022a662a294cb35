import ControlPlane
import Domain
import FoundationEssentials
import ReadModels
import Time

/// The operations that tell what came of commands (ssm-semantics §7.4).
enum CommandReports {
    static let all = [list, invocations, get]

    /// Commands read at a time, of which filters may leave few.
    private static let commandsAtOnce = 50

    private struct ListInput: Decodable, Sendable {
        var commandId: String?
        var instanceId: String?
        var filters: [CommandFilter]?
        var maxResults: Int?
        var nextToken: String?
        var details: Bool?
    }

    private static let listMembers: [Shape.Member] = [
        .optional("CommandId", CommandShapes.id), .optional("InstanceId", NodeShapes.id), CommandShapes.filters,
        CommandShapes.pageSize, NodeShapes.token,
    ]

    // MARK: - Commands

    private struct ListOutput: Encodable, Sendable {
        var commands: [CommandView]
        var nextToken: String?
    }

    private static let list = Operation("ListCommands", listMembers) { (input: ListInput, call) in
        let filters = try CommandFilters(
            input.filters ?? [],
            site: call.region,
            node: input.instanceId,
            hasStage: true
        )
        let limit = max(1, input.maxResults ?? 50)
        var found: [CommandView] = []
        let last = try PageToken.last("ListCommands", input.nextToken)
        try await each(input, filters, behind: last, call) { command in
            let view = CommandView(command)
            if filters.allow(RunStatus(view.status, view.statusDetails)) { found.append(view) }
            return found.count <= limit
        }
        let page = Array(found.prefix(limit))
        let next = found.count > limit ? page.last.map { PageToken.make("ListCommands", last: $0.commandId) } : nil
        return ListOutput(commands: page, nextToken: next)
    }

    // MARK: - Invocations

    private struct InvocationsOutput: Encodable, Sendable {
        var commandInvocations: [InvocationView]
        var nextToken: String?
    }

    private static let invocations = Operation(
        "ListCommandInvocations",
        listMembers + [.optional("Details", .boolean)]
    ) { (input: ListInput, call) in
        let name = "ListCommandInvocations"
        let filters = try CommandFilters(
            input.filters ?? [],
            site: call.region,
            node: input.instanceId,
            hasStage: false
        )
        let limit = max(1, input.maxResults ?? 50)
        var found: [InvocationView] = []
        // The token names the last command and node of the page before.
        let last = try PageToken.last(name, input.nextToken)?.split(separator: "/").map(String.init) ?? []
        func take(_ command: CommandState) async throws -> Bool {
            let after = command.id == last.first ? last.last : nil
            var nodes = try await nodes(of: command, input.instanceId, after: after, call)[...]
            while !nodes.isEmpty, found.count <= limit {
                found += try await views(
                    of: command,
                    nodes.prefix(limit),
                    filters,
                    details: input.details == true,
                    call
                )
                nodes = nodes.dropFirst(limit)
            }
            return found.count <= limit
        }
        // The command whose nodes the page before has begun comes once more.
        var isGoingOn = true
        if input.commandId == nil, let first = last.first {
            isGoingOn = try await take(try await call.command(first))
        }
        if isGoingOn { try await each(input, filters, behind: input.commandId == nil ? last.first : nil, call, take) }
        let page = Array(found.prefix(limit))
        let next = page.last.map { PageToken.make(name, last: "\($0.commandId)/\($0.instanceId)") }
        return InvocationsOutput(commandInvocations: page, nextToken: found.count > limit ? next : nil)
    }

    private static func nodes(
        of command: CommandState,
        _ wanted: String?,
        after: String?,
        _ call: Call
    ) async throws -> [String] {
        var nodes = command.parts.keys.filter { wanted == nil || $0 == wanted }
        if !call.principal.scope.isUnlimited { nodes = try await call.nodes(nodes).map(\.id) }
        return nodes.filter { node in after.map { $0 < node } ?? true }.sorted()
    }

    private static func views(
        of command: CommandState,
        _ nodes: ArraySlice<String>,
        _ filters: CommandFilters,
        details: Bool,
        _ call: Call
    ) async throws -> [InvocationView] {
        let nodes = Array(nodes)
        let platforms = details ? try await platforms(of: nodes, call) : [:]
        let body = details ? body(of: command) : nil
        return try await call.services.questions.invocations(of: command, nodes: nodes).compactMap { invocation in
            guard filters.allow(invocation.status) else { return nil }
            let plugins = CommandPlugins(invocation, platform: platforms[invocation.node])
            return InvocationView(invocation, of: command, plugins: body.map(plugins.all) ?? [])
        }
    }

    // MARK: - One invocation

    private struct GetInput: Decodable, Sendable {
        var commandId: String
        var instanceId: String
        var pluginName: String?
    }

    private static let get = Operation(
        "GetCommandInvocation",
        [
            .required("CommandId", CommandShapes.id), .required("InstanceId", NodeShapes.id),
            .optional("PluginName", .text(4...1_024)),
        ]
    ) { (input: GetInput, call) in
        guard SentCommand.isID(input.commandId.lowercased()) else { throw SSMError.unknownCommand }
        let unknown = SSMError("InvocationDoesNotExist")
        guard let command = try await call.services.questions.command(input.commandId.lowercased()), call.sees(command),
            let node = try await nodes(of: command, input.instanceId, after: nil, call).first,
            let invocation = try await call.services.questions.invocations(of: command, nodes: [node]).first
        else { throw unknown }
        let plugins = CommandPlugins(invocation, platform: try await platforms(of: [node], call)[node])
        let body = body(of: command)
        guard let name = input.pluginName else {
            return try await InvocationReport(
                invocation,
                of: command,
                body.flatMap(plugins.telling),
                isWhole: true,
                call
            )
        }
        guard let plugin = body.map(plugins.all)?.first(where: { $0.name == name }) else {
            throw SSMError("InvalidPluginName")
        }
        return try await InvocationReport(invocation, of: command, plugin, isWhole: false, call)
    }

    // MARK: - Steps

    /// Goes through the commands that are meant, the latest first, until the body has enough.
    private static func each(
        _ input: ListInput,
        _ filters: CommandFilters,
        behind last: String?,
        _ call: Call,
        _ body: (CommandState) async throws -> Bool
    ) async throws {
        if let id = input.commandId {
            let command = try await call.command(id)
            let isMeant = input.instanceId.map { command.parts[$0] != nil } ?? true
            if isMeant, filters.choose(command), command.id != last { _ = try await body(command) }
            return
        }
        var last = last
        while true {
            let ids = try await call.services.questions.commands(
                filters.selection,
                behind: last,
                limit: commandsAtOnce
            )
            for id in ids {
                guard let command = try await call.services.questions.command(id), call.sees(command) else { continue }
                guard try await body(command) else { return }
            }
            guard ids.count == commandsAtOnce else { return }
            last = ids.last
        }
    }

    private static func platforms(of nodes: [String], _ call: Call) async throws -> [String: String] {
        let found = try await call.services.questions.nodes(in: nodes)
        return Dictionary(found.map { ($0.id, $0.platform) }) { first, _ in first }
    }

    /// What it runs; nil for one of which the server knows nothing any more.
    private static func body(of command: CommandState) -> CommandDocument.Body? {
        let name = CommandDocument.name(of: command.command.documentName)
        return CommandDocument.aws.first { $0.name == name }?.body ?? command.document.map { .document($0) }
    }
}
