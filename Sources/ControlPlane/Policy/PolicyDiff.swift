import Domain
import FoundationEssentials
import PatchStreams
import ReadModels

/// What differs between two policies, item by item and value by value.
struct PolicyDiff {
    private(set) var changes: [PolicyDiffView.Change] = []
    private let fleet: [FleetGroup]

    init(from old: Policy, to new: Policy, fleet: [FleetGroup]) throws {
        self.fleet = fleet
        try compare("site", old.sites, new.sites, \.name) { TargetSelector(sites: [$0.name]) }
        try compare("patch group", old.groups, new.groups, \.self) { TargetSelector(patchGroups: [$0]) }
        try compare("baseline", old.baselines, new.baselines, \.name) { Self.nodes(of: $0) }
        try compare("default", old.defaults, new.defaults, \.self) { _ in .all }
        try compare("window", old.windows, new.windows, \.name) { _ in .all }
        try compare("freeze", old.freezes, new.freezes, \.name) { TargetSelector(sites: $0.sites) }
        try compare("calendar", old.calendars, new.calendars, \.source) { TargetSelector(sites: $0.sites) }
        try compare("sla", old.sla.map { [$0] } ?? [], new.sla.map { [$0] } ?? [], { _ in "deadlines" }) { _ in .all }
        try compare("waiver", old.waivers, new.waivers, \.id) { Self.nodes(of: $0) }
        try compare("reboot slots", old.rebootSlots, new.rebootSlots, \.name) { $0.hosts.isEmpty ? $0.targets : nil }
        try compare("destination", old.destinations, new.destinations, \.name) { _ in .all }
    }

    // MARK: - Steps

    /// nil for a baseline without patch groups, which is for no node.
    private static func nodes(of baseline: Baseline) -> TargetSelector? {
        baseline.patchGroups.isEmpty ? nil : TargetSelector(patchGroups: baseline.patchGroups)
    }

    /// nil for named nodes: groups of the fleet do not tell whether they are there.
    private static func nodes(of waiver: Waiver) -> TargetSelector? {
        switch waiver.scope {
        case .fleet: .all
        case .patchGroups(let groups): TargetSelector(patchGroups: groups)
        case .sites(let sites): TargetSelector(sites: sites)
        case .nodes: nil
        }
    }

    private mutating func compare<Item: Encodable & Equatable>(
        _ kind: String,
        _ old: [Item],
        _ new: [Item],
        _ name: (Item) -> String,
        _ nodes: (Item) -> TargetSelector?
    ) throws {
        let before = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
        let after = Dictionary(new.map { (name($0), $0) }) { first, _ in first }
        for name in Set(before.keys).union(after.keys).sorted() {
            let (was, becomes) = (before[name], after[name])
            guard was != becomes else { continue }
            var details: [String] = []
            if let was, let becomes {
                Self.describe(try Self.tree(was), try Self.tree(becomes), at: "", &details)
            }
            changes.append(
                PolicyDiffView.Change(
                    kind: kind,
                    name: name,
                    verb: was == nil ? .added : becomes == nil ? .removed : .changed,
                    details: details,
                    nodes: [was, becomes].compactMap(\.self).compactMap(nodes).map(count).max() ?? 0
                )
            )
        }
    }

    private func count(_ selector: TargetSelector) -> Int {
        fleet.filter { selector.matches(site: $0.site, patchGroup: $0.patchGroup) }.reduce(0) { $0 + $1.nodes }
    }

    private static func tree(_ item: some Encodable) throws -> ConfigValue {
        try DomainJSON.decode(ConfigValue.self, from: try DomainJSON.encode(item))
    }

    private static func describe(_ old: ConfigValue, _ new: ConfigValue, at path: String, _ details: inout [String]) {
        guard old != new else { return }
        switch (old, new) {
        case (.object(let old), .object(let new)):
            for key in Set(old.keys).union(new.keys).sorted() {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                describe(old[key] ?? .none, new[key] ?? .none, at: inner, &details)
            }
        case (.list(let old), .list(let new)) where old.count == new.count:
            for (index, pair) in zip(old, new).enumerated() {
                describe(pair.0, pair.1, at: "\(path)[\(index)]", &details)
            }
        default: details.append("\(path): \(old) → \(new)")
        }
    }
}
