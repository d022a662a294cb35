import Domain

/// Which baselines are for which patch groups, with what patterns of the policy's files stand for.
struct PatchGroups: Sendable {
    let policy: Policy
    /// Those that the policy names and those that nodes are in, in order.
    private let known: [String]

    /// - Parameter fleet: the groups that nodes are in.
    init(_ policy: Policy, fleet: [String]) {
        self.policy = policy
        let named = policy.baselines.flatMap(\.patchGroups).filter { !Self.isPattern($0) }
        known = Set(policy.groups + named + fleet).sorted()
    }

    /// The groups that the baseline is for, in order.
    func groups(of baseline: Baseline) -> [String] {
        known.filter { group in baseline.patchGroups.contains { Glob($0).matches(group) } }
    }

    /// Sorted by group, then by the baseline's name.
    var mappings: [(group: String, baseline: Baseline)] {
        known.flatMap { group in
            policy.baselines.filter { $0.patchGroups.contains { Glob($0).matches(group) } }
                .sorted { $0.name < $1.name }.map { (group, $0) }
        }
    }

    private static func isPattern(_ group: String) -> Bool { group.contains { "*?[".contains($0) } }
}
