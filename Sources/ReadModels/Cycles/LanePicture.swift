package import Domain

/// What people look at of a lane's rollout.
package struct LanePicture: Sendable {
    package let phase: RolloutPhase
    package let window: WindowOccurrence?
    package let counts: HostRunCounts
    /// Every host where that was asked for, otherwise those alone that the rollout names as failed; by their ids, not by their names.
    package let hosts: [HostRunView]

    package init(_ rollout: Rollout, everyHost: Bool) {
        phase = rollout.phase
        window = rollout.spec?.window
        counts = rollout.counts
        let causes = Dictionary(rollout.failures.map { ($0.node, Self.text($0)) }) { first, _ in first }
        guard everyHost || !causes.isEmpty else {
            hosts = []
            return
        }
        hosts = zip(rollout.spec?.targets ?? [], rollout.hostStates).compactMap { node, state in
            guard everyHost || causes[node] != nil else { return nil }
            return HostRunView(node: node, name: node, state: state.name, detail: causes[node])
        }
    }

    // MARK: - Steps

    /// Patches that are named of one host.
    private static let namedPatches = 3

    /// The class, and those of the patches that failed.
    private static func text(_ failure: HostFailure) -> String {
        guard let patches = failure.patches else { return failure.cause }
        let named = patches.prefix(namedPatches).map { "\($0.patch.name): \($0.cause?.rawValue ?? "unknown")" }
        let more = patches.count > namedPatches ? ["\(patches.count - namedPatches) more"] : []
        return "\(failure.cause) (\((named + more).joined(separator: ", ")))"
    }
}
