import AgentProtocol
import ControlPlane
import Domain
import FoundationEssentials
import ReadModels

extension Call {
    /// - Throws: ``SSMError``, `DoesNotExistException`, for one that there is not here.
    func window(_ id: String) async throws -> MaintenanceWindow {
        try await windowed { try await services.maintenanceWindows.window(id, site: region) }
    }

    func windows() async throws -> [MaintenanceWindow] {
        try await services.maintenanceWindows.windows(ofSite: region)
    }

    /// Changes the window's configuration by what the body makes of it.
    ///
    /// - Returns: the window as the change left it.
    @discardableResult
    func changeWindow(
        _ id: String,
        _ body: (inout WindowConfiguration) throws -> Void
    ) async throws -> MaintenanceWindow {
        try await windowed {
            try await services.maintenanceWindows.change(id, site: region, key: key, by: principal.name, body)
        }
    }

    /// Does what may be refused, in SSM's codes.
    func windowed<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await translating(SSMError.windowCodes, body)
    }

    /// Does what may be refused, in SSM's codes by those of the refusals.
    func translating<Value>(_ codes: [String: String], _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let problem as Problem {
            guard let code = codes[problem.code] else { throw problem }
            throw SSMError(code, problem.detail)
        }
    }

    /// The execution, or the part of one, that a UUID names.
    func execution(_ id: String) async throws -> (window: MaintenanceWindow, execution: WindowExecution) {
        guard let place = WindowPlace(id), place.task == 0, place.invocation == 0 else {
            throw SSMError.unknownExecution
        }
        let window = try await window(place.window)
        guard let execution = window.execution(place.execution) else { throw SSMError.unknownExecution }
        return (window, execution)
    }

    /// The id of what a request with the client token makes: the same for the same token.
    static func id(_ kind: String, token: String?) -> String {
        ContentStore.digest(of: "ringmaster \(kind)/\(token ?? UUID().uuidString)")
    }

    /// A UUID of it.
    static func uuid(_ kind: String, token: String?) -> String {
        var digits = id(kind, token: token)[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { digits = digits.dropFirst(count) }
            return digits.prefix(count)
        }.joined(separator: "-")
    }
}

extension SSMError {
    fileprivate static let windowCodes = [
        MaintenanceWindowRefusal.unknownWindow.code: "DoesNotExistException",
        MaintenanceWindowRefusal.changedMeanwhile.code: "ThrottlingException",
        MaintenanceWindowRefusal.otherParameters.code: "IdempotentParameterMismatch",
        MaintenanceWindowRefusal.targetInUse("", task: "").code: "TargetInUseException",
        MaintenanceWindowRefusal.tooManyWindows(most: 0).code: "ResourceLimitExceededException",
        MaintenanceWindowRefusal.unfit("").code: "ValidationException",
    ]

    static let unknownExecution = Self(
        "DoesNotExistException",
        "There is no such execution of a maintenance window here."
    )
}
