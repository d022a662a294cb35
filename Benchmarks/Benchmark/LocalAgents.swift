import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
import ReadModels
import SimulatedAgents

/// Hosts without a network: each does at once what it is ordered.
struct LocalAgents: Sendable {
    /// Tasks that answer at the same time, each for a share of the shards.
    private static let lines = 4
    /// Orders of one shard that are answered at a time.
    private static let ordersOfShard = 16
    private static let variants = 100
    private static let packages = 400

    private let engine: LocalEngine
    /// Of the inventories that hosts find, by variant.
    private let digests: [String]

    /// Stores what the hosts will find: hosts of a fleet differ, but not each from each other.
    init(_ controlPlane: LocalControlPlane) async throws {
        engine = controlPlane.engine
        var digests: [String] = []
        for variant in 0..<Self.variants {
            let bytes = try SampleInventory.bytes(variant: variant, packages: Self.packages)
            digests.append(
                try await controlPlane.content.store(
                    .inventory,
                    String(decoding: bytes, as: UTF8.self),
                    at: wallTime()
                )
            )
        }
        self.digests = digests
    }

    /// Answers orders until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for line in 0..<Self.lines {
                let shards = Shard.all.filter { Int($0.rawValue) % Self.lines == line }
                group.addTask { try await answer(shards) }
            }
            try await group.waitForAll()
        }
    }

    // MARK: - Steps

    private struct Given {
        let node: String
        let order: OrderID
    }

    private func answer(_ shards: [Shard]) async throws {
        while !Task.isCancelled {
            let orders = try await orders(of: shards)
            guard !orders.isEmpty else {
                try await Task.sleep(for: .milliseconds(10))
                continue
            }
            try await engine.sender.send(try orders.flatMap(reports))
        }
    }

    private static let selectOrders = SQL(
        "benchmark_orders",
        """
        SELECT o.node, o.id
        FROM unnest($1::int2[]) AS s (shard)
        CROSS JOIN LATERAL (
            SELECT node, id FROM "order" o WHERE o.shard = s.shard ORDER BY node, id LIMIT $2
        ) o
        """
    )

    private func orders(of shards: [Shard]) async throws -> [Given] {
        let statement = Self.selectOrders(.int16s(shards.map(\.rawValue)), .int64(Int64(Self.ordersOfShard)))
        return try await engine.client.query(statement).map { row in
            let id = try row.get(1, as: String.self)
            guard let order = OrderID(id) else { throw Incomplete(what: "\(id) is no order's name") }
            return Given(node: try row.get(0), order: order)
        }
    }

    private func reports(on given: Given) throws -> [Message] {
        let order = given.order
        let digest = digests[Int(Shard(of: given.node).rawValue) % digests.count]
        let patch = Patch(
            name: SampleInventory.update.name,
            architecture: SampleInventory.update.architecture,
            version: SampleInventory.update.version
        )
        let outcome = PatchOutcome(
            patch: patch,
            state: .installed,
            before: SampleInventory.installedVersion,
            after: patch.version
        )
        let facts: [HostFact] =
            order.rollout.contains("/scan/")
            ? [.accepted, .scanned(inventory: digest)]
            : [.accepted, .installing, .installed(inventory: digest, patches: [outcome], reboot: nil)]
        return try facts.enumerated().map { number, fact in
            let now = wallTime()
            let report = HostReport(
                index: order.index,
                attempt: order.attempt,
                sequence: number + 1,
                happenedAt: now,
                fact: fact
            )
            let message = RolloutMessage.report(report, node: given.node)
            return Message(
                id: "\(order)/\(number + 1)/\(given.node)",
                stream: Rollout.stream(order.rollout),
                kind: message.kind,
                body: try DomainJSON.encode(message),
                actor: "node/\(given.node)",
                receivedAt: now
            )
        }
    }
}
