import Domain
import ReadModels

/// Which baselines are for which patch groups, with what patterns of the policy's files stand for.
struct PatchGroups: Sendable {
    let policy: Policy
    /// Those that the policy names and those that nodes are in, within the scope, in order.
    private let known: [String]

    /// - Parameters:
    ///   - fleet: the groups that nodes are in.
    ///   - scope: of the one who asks.
    init(_ policy: Policy, fleet: [FleetGroup], within scope: AccessScope) {
        self.policy = policy
        let named = policy.baselines.flatMap(\.patchGroups).filter { !Self.isPattern($0) }
        let inhabited = fleet.filter { scope.covers(site: $0.site, patchGroup: $0.patchGroup) }.map(\.patchGroup)
        known = Set((policy.groups + named).filter(scope.covers(patchGroup:)) + inhabited).sorted()
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
