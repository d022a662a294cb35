/// Which hosts a request concerns.
package enum AccessReach: Equatable, Sendable {
    /// None in particular, such as advisories and calendars.
    case none
    /// Any host of the fleet.
    case fleet
    /// What a site has beside its nodes, such as its maintenance windows.
    case site(String)
    /// One node.
    case node(site: String, patchGroup: String)
    /// All that one of the selectors is for.
    case targets([TargetSelector])

    /// Whether all of it lies within the scope.
    package func lies(within scope: AccessScope) -> Bool {
        switch self {
        case .none: true
        case .fleet: scope.isUnlimited
        case .site(let site): scope.sites.isEmpty || scope.sites.contains(site)
        case .node(let site, let patchGroup): scope.covers(site: site, patchGroup: patchGroup)
        case .targets(let selectors): selectors.allSatisfy(scope.covers)
        }
    }
}
