import Domain
import DurableStreams
import PatchStreams

/// The policies that were applied in the month, as the events tell.
struct PolicyFacts {
    struct Applied {
        var digest: String
        /// `applied_by`, `in_force_from` and the place, as `policies.csv` has them.
        var by: String
        var from: String
        var place: EventFacts.Place
        /// What its file must hold.
        var text: String
    }

    private(set) var applied: [Applied] = []

    mutating func take(_ event: PolicyEvent, _ stored: StoredEvent) throws {
        guard case .applied(let policy, let digest, let by, let at) = event else { return }
        let place = EventFacts.Place(shard: stored.shard.rawValue, position: stored.position)
        applied.append(
            Applied(digest: digest, by: by, from: "\(at)", place: place, text: try DomainJSON.encode(policy))
        )
    }

    /// The rows of `policies.csv` that follow, in turn.
    var rows: [[String]] {
        applied.indices.map { index in
            let one = applied[index]
            let until = index + 1 < applied.count ? applied[index + 1].from : ""
            return [one.digest, one.by, one.from, until, "\(one.place.shard)", "\(one.place.position)"]
        }
    }
}
