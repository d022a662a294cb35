/// Why a maintenance window does not do what a message wants.
package enum MaintenanceWindowRefusal: CommandSenderRefusal {
    /// There is no such window, or it is deleted.
    case unknownWindow
    /// What it is of the window, such as `target 7a…`.
    case unknown(String)
    case unknownExecution(Int)
    /// Somebody changed it since it was read.
    case changedMeanwhile
    /// The same token with something else.
    case otherParameters
    case targetInUse(String, task: String)
    case tooMany(String, most: Int)
    /// Of one site.
    case tooManyWindows(most: Int)
    case unfit(String)

    package static let notFound = Self.unknownWindow

    package var isUnknown: Bool {
        switch self {
        case .unknownWindow, .unknown, .unknownExecution: true
        case .changedMeanwhile, .otherParameters, .targetInUse, .tooMany, .tooManyWindows, .unfit: false
        }
    }

    package var code: String {
        switch self {
        case .unknownWindow, .unknown, .unknownExecution: "window-not-found"
        case .changedMeanwhile: "window-changed-meanwhile"
        case .otherParameters: "window-token-used"
        case .targetInUse: "window-target-in-use"
        case .tooMany, .tooManyWindows: "window-limit"
        case .unfit: "window-unfit"
        }
    }

    package var detail: String {
        switch self {
        case .unknownWindow: "there is no such maintenance window, or it is deleted; list those that there are"
        case .unknown(let what): "the maintenance window has no \(what); list those that it has"
        case .unknownExecution(let number):
            "the maintenance window has no execution \(number) any more; list those that it has"
        case .changedMeanwhile: "somebody else changed the maintenance window at the same time; repeat the request"
        case .otherParameters: "the client token was used with other parameters; use a new one"
        case .targetInUse(let target, let task):
            "target \(target) is used by task \(task); deregister the task first, or the target without Safe"
        case .tooMany(let what, let most): "a maintenance window has at most \(most) \(what); deregister others first"
        case .tooManyWindows(let most): "a site has at most \(most) maintenance windows; delete others first"
        case .unfit(let problem): "the maintenance window cannot be so: \(problem); correct it and repeat"
        }
    }
}
