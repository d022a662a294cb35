import Domain
import ReadModels

/// SSM's `InstancePatchState` of a node.
struct PatchStateView: WireNamed, Sendable {
    enum CodingKeys: String, CodingKey {
        case instanceId = "InstanceId"
        case patchGroup = "PatchGroup"
        case baselineId = "BaselineId"
        case installedCount = "InstalledCount"
        case installedOtherCount = "InstalledOtherCount"
        case installedPendingRebootCount = "InstalledPendingRebootCount"
        case installedRejectedCount = "InstalledRejectedCount"
        case missingCount = "MissingCount"
        case failedCount = "FailedCount"
        case unreportedNotApplicableCount = "UnreportedNotApplicableCount"
        case notApplicableCount = "NotApplicableCount"
        case availableSecurityUpdateCount = "AvailableSecurityUpdateCount"
        case operationStartTime = "OperationStartTime"
        case operationEndTime = "OperationEndTime"
        case operation = "Operation"
        case criticalNonCompliantCount = "CriticalNonCompliantCount"
        case securityNonCompliantCount = "SecurityNonCompliantCount"
        case otherNonCompliantCount = "OtherNonCompliantCount"
    }

    var instanceId: String
    var patchGroup: String
    var baselineId: String
    var installedCount: Int
    var installedOtherCount: Int
    var installedPendingRebootCount: Int
    var installedRejectedCount: Int
    var missingCount: Int
    var failedCount: Int
    var unreportedNotApplicableCount = 0
    var notApplicableCount: Int
    var availableSecurityUpdateCount: Int
    var operationStartTime: EpochSeconds
    var operationEndTime: EpochSeconds
    var operation: String
    var criticalNonCompliantCount: Int
    var securityNonCompliantCount: Int
    var otherNonCompliantCount: Int

    /// In the order of the nodes.
    static func list(of nodes: [PatchedNode], in directory: BaselineDirectory, _ call: Call) -> [Self] {
        let names = Set(nodes.map { $0.baseline ?? "" })
        let ids = Dictionary(uniqueKeysWithValues: names.map { ($0, directory.reference(named: $0, call)) })
        return nodes.map { Self($0, baselineID: ids[$0.baseline ?? ""] ?? "") }
    }

    private init(_ node: PatchedNode, baselineID: String) {
        let state = node.state
        instanceId = node.id
        patchGroup = node.patchGroup
        baselineId = baselineID
        installedCount = state.count(.installed)
        installedOtherCount = state.count(.installedOther)
        installedPendingRebootCount = state.count(.installedPendingReboot)
        installedRejectedCount = state.count(.installedRejected)
        missingCount = state.count(.missing)
        failedCount = state.count(.failed)
        notApplicableCount = state.count(.notApplicable)
        availableSecurityUpdateCount = state.count(.availableSecurityUpdate)
        (operationStartTime, operationEndTime) = (node.time, node.time)
        operation = state.operation
        criticalNonCompliantCount = state.criticalNonCompliant
        securityNonCompliantCount = state.securityNonCompliant
        otherNonCompliantCount = state.otherNonCompliant
    }

    /// The counts that filters go by, as SSM names them.
    static let counts: [String: @Sendable (Self) -> Int] = [
        "InstalledCount": \.installedCount, "InstalledOtherCount": \.installedOtherCount,
        "InstalledPendingRebootCount": \.installedPendingRebootCount,
        "InstalledRejectedCount": \.installedRejectedCount, "MissingCount": \.missingCount,
        "FailedCount": \.failedCount, "UnreportedNotApplicableCount": \.unreportedNotApplicableCount,
        "NotApplicableCount": \.notApplicableCount,
    ]
}

extension BaselineDirectory {
    /// Of the baseline that a node was judged by, which may have left the policy since.
    func reference(named name: String, _ call: Call) -> String {
        reference(to: policy.baseline(named: name) ?? Baseline(name: name, patchGroups: [], rules: []), call)
    }
}
