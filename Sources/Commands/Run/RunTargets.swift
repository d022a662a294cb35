import ArgumentParser
package import Domain

/// One `--targets` of a run: `KEY=VALUE,VALUE`.
package struct RunTargets: Equatable, Sendable {
    private enum Key: String, CaseIterable {
        case patchGroup = "tag:Patch Group"
        case ring = "tag:ring"
        case site
        case nodes = "InstanceIds"
    }

    private let key: Key
    private let values: [String]

    package init(argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
        guard let name = parts.first, !values.isEmpty else {
            throw ValidationError("\(argument) names no targets; give KEY=VALUE such as tag:ring=early.")
        }
        // Run Command takes the key in any letter case.
        guard let key = Key.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(name) is no key of targets; the keys are \(known).")
        }
        (self.key, self.values) = (key, values)
    }

    /// What they select together: of one key any value will do, of different keys all must hold.
    package static func selector(_ targets: [Self]) -> TargetSelector {
        func values(_ key: Key) -> [String] { targets.filter { $0.key == key }.flatMap(\.values) }
        let nodes = values(.nodes)
        return TargetSelector(
            rings: values(.ring),
            patchGroups: values(.patchGroup),
            sites: values(.site),
            nodes: nodes.isEmpty ? nil : nodes
        )
    }
}
