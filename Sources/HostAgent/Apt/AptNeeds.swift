import AgentProtocol

/// Which of the offered versions cannot come without which others.
///
/// By the control fields alone: of alternatives the first counts that is on offer, as apt has it.
struct AptNeeds {
    private let installed: [String: [AptRelations]]
    private let offered: [String: [AptRelations]]
    /// The installed packages whose dependencies name a package, by that name.
    private let dependents: [String: [AptRelations]]
    private let offers: [AptRelations]

    /// - Parameter offered: updates and newcomers.
    init(installed: [AptRelations], offered: [AptRelations]) {
        func byName(_ packages: [AptRelations], _ names: (AptRelations) -> [String]) -> [String: [AptRelations]] {
            var index: [String: [AptRelations]] = [:]
            for package in packages { for name in Set(names(package)) { index[name, default: []].append(package) } }
            return index
        }
        self.installed = byName(installed, \.names)
        self.offered = byName(offered, \.names)
        dependents = byName(installed) { $0.depends.flatMap { $0.map(\.name) } }
        offers = offered
    }

    /// Sorted by name; what needs nothing is not in it.
    var list: [PackageNeeds] {
        var needs: [String: Set<String>] = [:]
        for package in offers { needs[package.name, default: []].formUnion(self.needs(of: package)) }
        return needs.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { PackageNeeds(name: $0.key, needs: $0.value.sorted()) }
    }

    private func needs(of package: AptRelations) -> Set<String> {
        var names = Set(package.depends.compactMap { missing(in: $0, for: package)?.name })
        for relation in package.excludes {
            let excluded = (installed[relation.name] ?? []).contains { $0.name == relation.name && $0.meets(relation) }
            guard excluded, let update = update(of: relation.name), !update.meets(relation) else { continue }
            names.insert(relation.name)
        }
        for name in package.names {
            for dependent in dependents[name] ?? [] where dependent.name != package.name {
                let breaks = dependent.depends.contains { isBroken($0, by: package) }
                if breaks, update(of: dependent.name) != nil { names.insert(dependent.name) }
            }
        }
        return names.subtracting([package.name])
    }

    private func update(of name: String) -> AptRelations? { offered[name]?.first { $0.name == name } }

    /// The offer that a clause lacks on the host; nil when it holds, or nothing on offer helps.
    private func missing(in clause: [AptRelation], for package: AptRelations) -> AptRelations? {
        guard !clause.contains(where: package.meets), !isMet(clause, without: package.name) else { return nil }
        return clause.lazy.compactMap { relation in offered[relation.name]?.first { $0.meets(relation) } }.first
    }

    private func isMet(_ clause: [AptRelation], without name: String) -> Bool {
        clause.contains { relation in
            (installed[relation.name] ?? []).contains { $0.name != name && $0.meets(relation) }
        }
    }

    /// Whether an installed package's clause holds now by the old version of this one, and would not by the new one.
    private func isBroken(_ clause: [AptRelation], by package: AptRelations) -> Bool {
        guard !clause.contains(where: package.meets), !isMet(clause, without: package.name) else { return false }
        return (installed[package.name] ?? []).contains { old in clause.contains(where: old.meets) }
    }
}
