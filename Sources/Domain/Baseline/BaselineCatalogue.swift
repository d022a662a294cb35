/// All baselines there are, and which one is for a node.
///
/// A patch group has at most one baseline for each operating system; a group without one, and a node without a group, get the default of
/// their system (ssm-semantics §1.4).
package struct BaselineCatalogue: Equatable, Sendable {
    /// The users' own; their names are distinct.
    package private(set) var baselines: [Baseline] = []
    /// By operating system the name of the default; SSM's predefined one where there is none.
    private var defaults: [OperatingSystem: String] = [:]

    package init() {}

    /// Adds a baseline.
    ///
    /// - Throws: ``BaselineConflict`` when another has its name or serves one of its patch groups on the same system.
    package mutating func add(_ baseline: Baseline) throws(BaselineConflict) {
        for other in baselines {
            guard other.name != baseline.name else {
                throw BaselineConflict(name: baseline.name, other: other.name, group: nil)
            }
            guard other.system == nil || baseline.system == nil || other.system == baseline.system else { continue }
            let shared = baseline.patchGroups.first { group in
                other.patchGroups.contains { Glob($0).matches(group) || Glob(group).matches($0) }
            }
            if let shared { throw BaselineConflict(name: baseline.name, other: other.name, group: shared) }
        }
        baselines.append(baseline)
    }

    /// Makes a baseline the default of its operating system; false for one that is not there or says nothing of systems.
    package mutating func makeDefault(_ name: String) -> Bool {
        guard let system = baselines.first(where: { $0.name == name })?.system else { return false }
        defaults[system] = name
        return true
    }

    /// The baseline of a node.
    ///
    /// - Parameter group: nil for a node without a patch group.
    package func baseline(for system: OperatingSystem, patchGroup group: String?) -> Baseline {
        let own = baselines.first { baseline in
            (baseline.system ?? system) == system
                && group.map { group in baseline.patchGroups.contains { Glob($0).matches(group) } } ?? false
        }
        return own ?? baselines.first { $0.name == defaults[system] } ?? .predefined(for: system)
    }
}

/// Two baselines that cannot stand beside each other.
package struct BaselineConflict: Error, Equatable, CustomStringConvertible {
    package var name: String
    package var other: String
    /// The patch group that both serve; nil when they have one name.
    package var group: String?

    package init(name: String, other: String, group: String?) {
        self.name = name
        self.other = other
        self.group = group
    }

    package var description: String {
        guard let group else { return "there is a baseline \(name) already; give it another name" }
        return
            "patch group \(group) is served by baseline \(other) already; take it from one of the two before \(name) gets it"
    }
}
