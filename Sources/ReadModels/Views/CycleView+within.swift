package import Domain

extension CycleView {
    /// What of the cycle lies within the scope: its lanes there, and what they count.
    package func within(_ scope: AccessScope) -> CycleView {
        guard !scope.isUnlimited else { return self }
        var view = self
        for index in view.stages.indices {
            view.stages[index].lanes.removeAll { !scope.covers(site: $0.site, patchGroup: $0.patchGroup) }
            view.stages[index].counts = view.stages[index].lanes.reduce(.zero) { $0 + $1.counts }
        }
        view.counts = view.stages.reduce(.zero) { $0 + $1.counts }
        return view
    }
}
