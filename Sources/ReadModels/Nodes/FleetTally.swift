package import Time

/// How the nodes of a filter stand, by site, patch group, platform and compliance.
package struct FleetTally: Equatable, Sendable {
    /// Nodes of one site, patch group and platform that are of one compliance.
    package struct Group: Equatable, Sendable {
        package var count: FleetCount
        /// How many of them each concern is about; none for ``FleetFilter/Concern/revoked``.
        package var concerns: [FleetFilter.Concern: Int]
    }

    /// Sorted by site, patch group, platform and compliance.
    package var groups: [Group]
    /// When they were counted.
    package var at: Timestamp

    package init(groups: [Group], at: Timestamp) {
        self.groups = groups
        self.at = at
    }

    package var counts: [FleetCount] { groups.map(\.count) }

    package var nodes: Int { groups.reduce(0) { $0 + $1.count.nodes } }

    package var concerns: [FleetFilter.Concern: Int] {
        groups.reduce(into: [:]) { $0.merge($1.concerns, uniquingKeysWith: +) }
    }

    /// What a filter leaves of the whole fleet's; nil for one that asks for more than this knows: names, or nodes that are revoked.
    package func counts(_ filter: FleetFilter) -> [FleetCount]? {
        guard filter.text == nil, filter.concern != .revoked else { return nil }
        return groups.compactMap { group in
            var count = group.count
            guard count.site == filter.site ?? count.site, count.patchGroup == filter.patchGroup ?? count.patchGroup,
                count.platform == filter.platform ?? count.platform,
                count.compliance == filter.compliance ?? count.compliance
            else { return nil }
            if let concern = filter.concern { count.nodes = group.concerns[concern] ?? 0 }
            return count.nodes > 0 ? count : nil
        }
    }
}
