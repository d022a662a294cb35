import ControlPlane
import Domain
import ReadModels

extension SSMError {
    /// A command that is not sent, in SSM's codes (ssm-semantics §7.1).
    init(_ refusal: CommandRefusal) {
        let code =
            switch refusal {
            case .unknownDocument: "InvalidDocument"
            case .unknownVersion: "InvalidDocumentVersion"
            case .invalidParameters: "InvalidParameters"
            case .unknownNodes: "InvalidInstanceId"
            case .repeatedNode: "DuplicateInstanceId"
            case .invalidTargets, .unfit: "ValidationException"
            }
        self.init(code, refusal.description.prefix(1).uppercased() + refusal.description.dropFirst() + ".")
    }

    /// It has no message.
    static let unknownCommand = Self("InvalidCommandId")
}

extension Call {
    /// - Throws: ``SSMError`` of a ``CommandRefusal``.
    func commanding<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as CommandRefusal {
            throw SSMError(refusal)
        }
    }

    /// The command of that id in the region, if it is within what the principal may see.
    ///
    /// - Throws: ``SSMError``, `InvalidCommandId`, for one that there is not.
    func command(_ id: String) async throws -> CommandState {
        guard let state = try await services.questions.command(id.lowercased()), sees(state) else {
            throw SSMError.unknownCommand
        }
        return state
    }

    func sees(_ command: CommandState) -> Bool {
        guard command.site == region, let selector = command.command.selector(site: region) else { return false }
        return principal.scope.isUnlimited || AccessReach.targets([selector]).lies(within: principal.scope)
    }
}
