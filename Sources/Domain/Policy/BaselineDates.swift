package import Time

/// When a baseline of the policy was made and when it was changed last.
package struct BaselineDates: Codable, Equatable, Sendable {
    package var created: Timestamp
    package var modified: Timestamp
}

extension Baseline {
    /// What it is known by, whatever else changes.
    fileprivate var key: String { id ?? name }

    /// Without what SSM does not count as a change of it.
    fileprivate var substance: Self {
        var baseline = self
        (baseline.patchGroups, baseline.tags) = ([], [:])
        return baseline
    }
}

extension [String: BaselineDates] {
    package func dates(of baseline: Baseline) -> BaselineDates? { self[baseline.key] }

    /// Once a policy takes the place of another.
    func applied(_ new: [Baseline], over old: [Baseline], at now: Timestamp) -> Self {
        let before = [String: Baseline](old.map { ($0.key, $0.substance) }) { first, _ in first }
        let names = Set(new.map(\.name))
        let dated = new.enumerated().map { index, baseline -> (String, BaselineDates) in
            let isSame = before[baseline.key] == baseline.substance
            var known = self[baseline.key]
            if known == nil, baseline.id != nil, new.count == old.count, old[index].id == nil,
                !names.contains(old[index].name)
            {
                // It got its id when it was called otherwise, in the place that it has.
                known = self[old[index].key]
            }
            let dates = BaselineDates(
                created: known?.created ?? now,
                modified: isSame ? known?.modified ?? now : now
            )
            return (baseline.key, dates)
        }
        return [String: BaselineDates](dated) { first, _ in first }
    }
}
