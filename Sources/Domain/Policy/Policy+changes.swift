/// Changes of one baseline of the policy, as SSM's API makes them (ssm-semantics §1.2).
///
/// Baselines go by their names. One of SSM's predefined ones stands among the policy's while it is for patch groups, and not otherwise.
extension Policy {
    /// SSM's quotas (ssm-semantics §1.7).
    private static let mostBaselines = 50
    private static let mostGroups = 25

    /// The baselines that are the policy's own.
    package var ownBaselines: [Baseline] { baselines.filter { !$0.isPredefined } }

    /// One that is there, or a predefined one.
    package func baseline(named name: String) -> Baseline? {
        baselines.first { $0.name == name } ?? Baseline.predefined.first { $0.name == name }
    }

    /// The default of the system; SSM's predefined one where the policy names none.
    package func defaultBaseline(for system: OperatingSystem) -> Baseline {
        defaults.lazy.compactMap(baseline).first { $0.system == system } ?? .predefined(for: system)
    }

    package mutating func add(_ baseline: Baseline) throws(PolicyChangeRefusal) {
        try checkName(baseline.name)
        guard ownBaselines.count < Self.mostBaselines else { throw .tooManyBaselines(most: Self.mostBaselines) }
        baselines.append(baseline)
    }

    /// Puts it in the place of the one of that name; its own may be another.
    package mutating func replace(_ name: String, by baseline: Baseline) throws(PolicyChangeRefusal) {
        guard let index = baselines.firstIndex(where: { $0.name == name }) else { throw .unknown(name) }
        if baseline.name != name { try checkName(baseline.name) }
        baselines[index] = baseline
        defaults = defaults.map { $0 == name ? baseline.name : $0 }
    }

    /// - Throws: ``PolicyChangeRefusal`` for one that is a default or for patch groups.
    package mutating func removeBaseline(_ name: String) throws(PolicyChangeRefusal) {
        guard let baseline = baselines.first(where: { $0.name == name }) else { throw .unknown(name) }
        guard !defaults.contains(name) else { throw .isDefault(name) }
        guard baseline.patchGroups.isEmpty else { throw .servesGroups(name, baseline.patchGroups) }
        baselines.removeAll { $0.name == name }
    }

    /// Makes it the default of its system, in the place of another.
    package mutating func makeDefault(_ name: String) throws(PolicyChangeRefusal) {
        guard let baseline = baseline(named: name) else { throw .unknown(name) }
        guard let system = baseline.system else { throw .namesNoSystem(name) }
        guard !defaults.contains(name) else { return }
        defaults = defaults.filter { self.baseline(named: $0)?.system != system } + [name]
    }

    /// - Throws: ``PolicyChangeRefusal`` where a baseline of its system is for the group already, itself or another.
    package mutating func attach(_ name: String, to group: String) throws(PolicyChangeRefusal) {
        guard var baseline = baseline(named: name) else { throw .unknown(name) }
        let other = baselines.first { other in
            (other.system == nil || baseline.system == nil || other.system == baseline.system)
                && other.patchGroups.contains { Glob($0).matches(group) }
        }
        if let other { throw .groupTaken(group, by: other.name, baseline.system ?? other.system) }
        guard baseline.patchGroups.count < Self.mostGroups else {
            throw .tooManyGroups(name, most: Self.mostGroups)
        }
        baseline.patchGroups.append(group)
        if let index = baselines.firstIndex(where: { $0.name == name }) {
            baselines[index] = baseline
        } else {
            baselines.append(baseline)
        }
        if !groups.isEmpty, !groups.contains(group) { groups.append(group) }
    }

    /// - Throws: ``PolicyChangeRefusal`` where it is not for the group, or by a pattern that is for others, too.
    package mutating func detach(_ name: String, from group: String) throws(PolicyChangeRefusal) {
        guard let index = baselines.firstIndex(where: { $0.name == name }) else { throw .notAttached(name, group) }
        guard baselines[index].patchGroups.contains(group) else {
            let pattern = baselines[index].patchGroups.first { Glob($0).matches(group) }
            throw pattern.map { .attachedByPattern(name, group, $0) } ?? .notAttached(name, group)
        }
        baselines[index].patchGroups.removeAll { $0 == group }
        if baselines[index].isPredefined, baselines[index].patchGroups.isEmpty { baselines.remove(at: index) }
    }

    private func checkName(_ name: String) throws(PolicyChangeRefusal) {
        guard !name.hasPrefix("AWS-") else { throw .nameReserved(name) }
        guard !baselines.contains(where: { $0.name == name }) else { throw .nameTaken(name) }
    }
}

extension Baseline {
    private static let predefinedNames = Set(predefined.map(\.name))

    /// Whether it is one of SSM's.
    package var isPredefined: Bool { Self.predefinedNames.contains(name) }
}
