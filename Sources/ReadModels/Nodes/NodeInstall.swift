import Domain

/// A node's part in one install.
struct NodeInstall {
    let stage: String
    let window: WindowOccurrence
    /// The packages that it was to bring.
    let names: Set<String>
    /// It was carried out, well or not: the host was looked at since.
    let isOver: Bool
    let isTerminal: Bool
    let hasFailed: Bool
    /// The class, where it is among the failures that the rollout names.
    let failure: String?
    /// The patches that failed, where the host is among those failures.
    let failedPatches: [PatchFailure]

    init?(of node: String, in rollout: Rollout) {
        guard let spec = rollout.spec, let index = spec.targets.firstIndex(of: node) else { return nil }
        (stage, window) = (spec.stage, spec.window)
        names = Set(spec.patchSet(at: index).patches.map(\.name))
        let state = rollout.hostStates[index]
        isOver = state == .succeeded || state == .failed
        isTerminal = state.isTerminal
        hasFailed = state == .failed
        let known = rollout.failures.first { $0.node == node }
        failure = known?.cause
        failedPatches = known?.patches ?? []
    }
}
