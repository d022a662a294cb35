import ControlPlane
import Domain
import FoundationEssentials
import ReadModels

/// The operations that send and cancel commands (ssm-semantics §7).
enum CommandOperations {
    static let all = [send, cancel]

    private struct SendInput: Decodable, Sendable {
        var documentName: String
        var documentVersion: String?
        var documentHash: String?
        var documentHashType: String?
        var instanceIds: [String]?
        var targets: [TargetView]?
        var parameters: [String: [String]]?
        var timeoutSeconds: Int?
        var comment: String?
        var maxConcurrency: String?
        var maxErrors: String?
        var outputS3BucketName: String?
        var notificationConfig: Notification?
        var cloudWatchOutputConfig: CloudWatch?
        var alarmConfiguration: AssociationInput.Presence?

        struct Notification: Decodable, Sendable {
            var notificationArn: String?
        }

        struct CloudWatch: Decodable, Sendable {
            var cloudWatchOutputEnabled: Bool?
        }
    }

    private struct SendOutput: Encodable, Sendable {
        var command: CommandView
    }

    private static let send = Operation(
        "SendCommand",
        for: .run,
        on: { (input: SendInput, call) in
            let selector = try command(of: input).selector(site: call.region)
            return Demand(permission: .run, reach: selector.map { .targets([$0]) } ?? .fleet)
        },
        [
            .required("DocumentName", CommandShapes.document),
            .optional("DocumentVersion", CommandShapes.version),
            .optional("DocumentHash", .text(0...256)),
            .optional("DocumentHashType", .word(["Sha256", "Sha1"])),
            .optional("InstanceIds", CommandShapes.nodes),
            .optional("Targets", CommandShapes.targets),
            .optional("Parameters", CommandShapes.parameters),
            .optional("TimeoutSeconds", CommandShapes.timeoutSeconds),
            .optional("Comment", .text(0...100)),
            .optional("MaxConcurrency", CommandShapes.maxConcurrency),
            .optional("MaxErrors", CommandShapes.maxErrors),
            .optional("OutputS3BucketName", .text(3...63)),
            .optional("OutputS3KeyPrefix", .text(0...500)),
            .optional("OutputS3Region", .text(3...20)),
            .optional("ServiceRoleArn", .text),
            .optional("NotificationConfig", .structure([.optional("NotificationArn", .text)])),
            .optional(
                "CloudWatchOutputConfig",
                .structure([
                    .optional("CloudWatchLogGroupName", .text(1...512)), .optional("CloudWatchOutputEnabled", .boolean),
                ])
            ),
            .optional("AlarmConfiguration", .structure([])),
        ]
    ) { (input: SendInput, call) in
        let command = try command(of: input)
        return try await call.commanding {
            try checkHash(input, try await call.document(command.documentName, command.documentVersion))
            let id = id(from: call.key)
            _ = try await call.services.commands.send(command, id: id, site: call.region, by: call.principal.name)
            return SendOutput(command: CommandView(try await call.command(id)))
        }
    }

    private struct CancelInput: Decodable, Sendable {
        var commandId: String
        var instanceIds: [String]?
    }

    private static let cancel = Operation(
        "CancelCommand",
        for: .run,
        // Whoever does not see it is told that there is none.
        on: { (input: CancelInput, call) in
            _ = try await call.command(input.commandId)
            return Demand(permission: .run, reach: .none)
        },
        [.required("CommandId", CommandShapes.id), .optional("InstanceIds", CommandShapes.nodes)]
    ) { (input: CancelInput, call) in
        let command = try await call.command(input.commandId)
        if let nodes = input.instanceIds, !nodes.isEmpty {
            guard Set(nodes).count == nodes.count else { throw SSMError("DuplicateInstanceId") }
            guard nodes.allSatisfy({ command.parts[$0] != nil }) else {
                throw SSMError("InvalidInstanceId", "The command \(command.id) is not for all of these managed nodes.")
            }
            guard command.isAll(nodes) else {
                try await call.services.commands.cancel(
                    command.id,
                    nodes: nodes,
                    key: call.key,
                    by: call.principal.name
                )
                return NoOutput()
            }
        }
        try await call.services.commands.cancel(command.id, by: call.principal.name)
        return NoOutput()
    }

    // MARK: - Steps

    private static func command(of input: SendInput) throws(SSMError) -> SentCommand {
        let (nodes, targets) = (input.instanceIds ?? [], input.targets ?? [])
        guard nodes.isEmpty != targets.isEmpty else {
            throw .validation("A command has either InstanceIds or Targets.")
        }
        guard input.outputS3BucketName == nil, input.notificationConfig?.notificationArn ?? "" == "",
            input.cloudWatchOutputConfig?.cloudWatchOutputEnabled != true, input.alarmConfiguration == nil
        else {
            throw .validation("Outputs to S3 and CloudWatch, notifications and alarms are not offered: leave them out.")
        }
        return SentCommand(
            documentName: input.documentName,
            documentVersion: input.documentVersion,
            parameters: input.parameters ?? [:],
            instanceIDs: nodes,
            targets: targets.map { CommandTarget(key: $0.key ?? "", values: $0.values ?? []) },
            comment: input.comment,
            timeoutSeconds: input.timeoutSeconds ?? SentCommand.defaultTimeoutSeconds,
            maxConcurrency: input.maxConcurrency ?? SentCommand.defaultMaxConcurrency,
            maxErrors: input.maxErrors ?? SentCommand.defaultMaxErrors
        )
    }

    private static func checkHash(_ input: SendInput, _ document: FoundDocument) throws {
        guard let hash = input.documentHash, !hash.isEmpty else { return }
        guard input.documentHashType != "Sha1" else {
            throw SSMError.validation("The hash of a document is of Sha256.")
        }
        guard hash.lowercased() == ContentStore.digest(of: try DocumentContent.text(of: document)) else {
            throw SSMError("InvalidDocument", "The document \(document.name) has another hash.")
        }
    }

    /// A UUID that is the same for a request that is sent again.
    private static func id(from key: String) -> String {
        var rest = ContentStore.digest(of: "ringmaster command/\(key)")[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }
}
