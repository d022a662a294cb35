import ControlPlane
import Domain
import ReadModels
import Synchronization

/// The regions that requests may be for: the sites of the policy.
final class Regions: Sendable {
    /// For how long they are believed without asking again; a new one is looked for sooner.
    private static let lifetime = Duration.seconds(5)
    private static let lifetimeOfDoubt = Duration.seconds(1)

    private struct Known {
        var sites: Set<String>
        var loadedAt: ContinuousClock.Instant
    }

    private let policy: PolicyService
    private let known = Mutex<Known?>(nil)

    init(policy: PolicyService) { self.policy = policy }

    func contains(_ region: String) async throws -> Bool {
        let remembered = known.withLock { known -> Bool? in
            guard let known else { return nil }
            let isKnown = known.sites.contains(region)
            return known.loadedAt + (isKnown ? Self.lifetime : Self.lifetimeOfDoubt) > .now ? isKnown : nil
        }
        if let remembered { return remembered }
        let loadedAt = ContinuousClock.now
        let sites = Set(try await policy.current().policy?.sites.map(\.name) ?? [])
        known.withLock { $0 = Known(sites: sites, loadedAt: loadedAt) }
        return sites.contains(region)
    }
}
