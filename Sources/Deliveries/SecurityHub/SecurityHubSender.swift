import AWSSignature
import Domain
import Synchronization
import Time

/// Keeps one finding of each node in the Security Hub of its site's region.
final class SecurityHubSender: Sendable {
    /// How long a finding waits for others.
    private static let gather = Duration.milliseconds(250)

    private struct Hub: Hashable {
        let account: String
        let region: String
    }

    private let credentials: AWSCredentials?
    private let endpoint: String?
    private let now: @Sendable () -> Timestamp
    private let batchers = Mutex<[Hub: FindingBatcher]>([:])

    init(credentials: AWSCredentials?, endpoint: String?, now: @escaping @Sendable () -> Timestamp) {
        self.credentials = credentials
        self.endpoint = endpoint
        self.now = now
    }

    /// - Throws: ``DeliveryRefusal``; ``DeliveryFailure``.
    func send(to hub: Destination.SecurityHub, _ subject: String, _ notice: Notice) async throws -> String {
        guard case .node(let node) = notice.standing else {
            throw DeliveryRefusal("Security Hub is told of nodes alone, not of \(subject)")
        }
        let region = hub.region(ofSite: node.site)
        guard Destination.SecurityHub.isRegion(region) else {
            throw DeliveryRefusal(
                "site \(node.site) has no region of AWS: name one in the destination's `regions`, apply the policy, then send it again"
            )
        }
        guard let credentials else {
            throw DeliveryFailure(
                "the worker has no credentials of AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        }
        for site in notice.leaving ?? [] {
            let former = hub.region(ofSite: site)
            guard former != region, Destination.SecurityHub.isRegion(former) else { continue }
            var gone = node
            (gone.site, gone.isGone) = (site, true)
            var last = notice
            (last.kind, last.standing) = (.nodeClosed, .node(gone))
            let finding = SecurityFinding(subject, gone, last, account: hub.account, region: former)
            try await batcher(Hub(account: hub.account, region: former), credentials).submit(finding)
        }
        let finding = SecurityFinding(subject, node, notice, account: hub.account, region: region)
        try await batcher(Hub(account: hub.account, region: region), credentials).submit(finding)
        return "\(finding.recordState) in \(region)"
    }

    private func batcher(_ hub: Hub, _ credentials: AWSCredentials) -> FindingBatcher {
        batchers.withLock { batchers in
            if let batcher = batchers[hub] { return batcher }
            let connection = SecurityHubConnection(
                region: hub.region,
                endpoint: endpoint,
                credentials: credentials,
                now: now
            )
            let batcher = FindingBatcher(gather: Self.gather) { try await connection.send($0) }
            batchers[hub] = batcher
            return batcher
        }
    }
}
