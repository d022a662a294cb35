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

    /// What it is for a survey of the node's patches.
    var operation: PatchSurvey.Operation { .install(onlyNames: names) }

    init?(of node: String, in rollout: Rollout) {
        guard let index = rollout.spec?.targets.firstIndex(of: node) else { return nil }
        self.init(at: index, in: rollout)
    }

    /// - Parameter index: of the node among the rollout's targets.
    init?(at index: Int, in rollout: Rollout) {
        guard let spec = rollout.spec, spec.targets.indices.contains(index) else { return nil }
        let node = spec.targets[index]
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
