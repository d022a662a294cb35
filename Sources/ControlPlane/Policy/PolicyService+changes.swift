import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

extension PolicyService {
    /// What changed the policy last, the newest first.
    ///
    /// - Parameter count: how many changes; the log is read from its start, and one policy beside its successor is held.
    package func changes(last count: Int) async throws -> [PolicyChangeView] {
        let fleet = try await questions.fleetGroups()
        var (changes, before) = ([PolicyChangeView](), Policy())
        var version: Int64 = 0
        while true {
            let commits = try await reader.commits(of: Self.stream, after: version, limit: Self.commitsAtOnce)
            guard let last = commits.last else { return changes.reversed() }
            version = last.version
            for stored in try commits.flatMap({ try $0.storedEvents() }) {
                let event = try DomainJSON.decode(PolicyEvent.self, from: stored.event.data)
                changes.append(try PolicyChangeView(event, before: before, fleet: fleet))
                if case .applied(let policy, _, _, _) = event { before = policy }
            }
            changes = changes.suffix(count)
        }
    }

    /// Each may hold a policy of the largest size.
    private static let commitsAtOnce = 8
}

extension PolicyChangeView {
    fileprivate init(_ event: PolicyEvent, before: Policy, fleet: [FleetGroup]) throws {
        switch event {
        case .applied(let policy, let digest, let by, let at):
            let changes = try PolicyDiff(from: before, to: policy, fleet: fleet).changes
            self.init(at: at, by: by, sentence: "applied a policy", digest: digest, changes: changes)
        case .patchRejected(let rejection, let by, let at):
            let end = rejection.expires.map { ", until \($0)" } ?? ""
            let sentence = "rejected \(rejection.entry)\(end): \(rejection.reason)"
            self.init(at: at, by: by, sentence: sentence, digest: nil, changes: [])
        case .patchAccepted(let entry, let reason, let by, let at):
            self.init(at: at, by: by, sentence: "accepted \(entry) again: \(reason)", digest: nil, changes: [])
        case .rejectionExpired(let entry, let at):
            self.init(at: at, by: "its expiry", sentence: "the rejection of \(entry) ended", digest: nil, changes: [])
        }
    }
}
