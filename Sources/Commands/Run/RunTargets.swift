import ArgumentParser
package import Domain

/// One `--targets` of a run: `KEY=VALUE,VALUE`.
package struct RunTargets: Equatable, Sendable {
    private enum Key: Hashable {
        case patchGroup, ring, site, nodes
        case tag(String)

        /// Run Command takes the key in any letter case, but for a tag's own.
        init?(_ name: String) {
            switch name.lowercased() {
            case "tag:patch group", "tag:patchgroup": self = .patchGroup
            case "tag:ring": self = .ring
            case "site": self = .site
            case "instanceids": self = .nodes
            case let lowered where lowered.hasPrefix("tag:") && lowered.utf8.count > 4:
                self = .tag(String(name.dropFirst(4)))
            default: return nil
            }
        }
    }

    private let key: Key
    private let values: [String]

    package init(argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
        guard let name = parts.first, !values.isEmpty else {
            throw ValidationError("\(argument) names no targets; give KEY=VALUE such as tag:ring=early.")
        }
        guard let key = Key(String(name)) else {
            let known = "tag:Patch Group, tag:ring, tag:KEY of any tag, site and InstanceIds"
            throw ValidationError("\(name) is no key of targets; the keys are \(known).")
        }
        (self.key, self.values) = (key, values)
    }

    /// What they select together: of one key any value will do, of different keys all must hold.
    package static func selector(_ targets: [Self]) -> TargetSelector {
        func values(_ key: Key) -> [String] { targets.filter { $0.key == key }.flatMap(\.values) }
        let nodes = values(.nodes)
        let keys = Set(targets.map(\.key)).compactMap { key in if case .tag(let name) = key { name } else { nil } }
        let tags = keys.sorted().map { TagMatch(keys: [$0], values: values(.tag($0))) }
        return TargetSelector(
            rings: values(.ring),
            patchGroups: values(.patchGroup),
            sites: values(.site),
            nodes: nodes.isEmpty ? nil : nodes,
            tags: tags.isEmpty ? nil : tags
        )
    }
}
