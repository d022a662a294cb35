import Domain
import ReadModels

/// How many nodes of a patch group have patches in each state.
struct PatchGroupState: Encodable, Sendable {
    var instances = 0
    var instancesWithInstalledPatches = 0
    var instancesWithInstalledOtherPatches = 0
    var instancesWithInstalledPendingRebootPatches = 0
    var instancesWithInstalledRejectedPatches = 0
    var instancesWithMissingPatches = 0
    var instancesWithFailedPatches = 0
    var instancesWithNotApplicablePatches = 0
    var instancesWithUnreportedNotApplicablePatches = 0
    var instancesWithCriticalNonCompliantPatches = 0
    var instancesWithSecurityNonCompliantPatches = 0
    var instancesWithOtherNonCompliantPatches = 0
    var instancesWithAvailableSecurityUpdates = 0

    mutating func add(_ node: PatchedNode) {
        let state = node.state
        func one(_ count: Int) -> Int { count > 0 ? 1 : 0 }
        instances += 1
        instancesWithInstalledPatches += one(state.count(.installed))
        instancesWithInstalledOtherPatches += one(state.count(.installedOther))
        instancesWithInstalledPendingRebootPatches += one(state.count(.installedPendingReboot))
        instancesWithInstalledRejectedPatches += one(state.count(.installedRejected))
        instancesWithMissingPatches += one(state.count(.missing))
        instancesWithFailedPatches += one(state.count(.failed))
        instancesWithNotApplicablePatches += one(state.count(.notApplicable))
        instancesWithCriticalNonCompliantPatches += one(state.criticalNonCompliant)
        instancesWithSecurityNonCompliantPatches += one(state.securityNonCompliant)
        instancesWithOtherNonCompliantPatches += one(state.otherNonCompliant)
        instancesWithAvailableSecurityUpdates += one(state.count(.availableSecurityUpdate))
    }
}
