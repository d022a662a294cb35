import AgentProtocol
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

/// A projector that lives on while its database is brought back to an earlier moment, and others project what happens then.
@Suite("Read models of a restored database", .timeLimit(.minutes(10)))
struct RestoredDatabaseTests {
    private static let rollout = "monthly-1/scan/Frankfurt/Ubuntu22-early"
    private static let moment = Timestamp(microseconds: 1_780_000_000_000_000)

    private static let scans = Rollout.stream(rollout)

    @Test("A cycle that starts again, with other hosts and another baseline, is not taken for the first")
    func startsAgain() async throws {
        try await TestDeployment.with { deployment in
            let client = try deployment.database.client()
            let (survivor, other) = (projector(client), projector(client))
            try await start("first", client)
            try await append(Self.scans, 1, try open(["mi-1", "mi-2"], second: 1), client)
            try await append(Self.scans, 2, try await scan(second: 1, client), client)
            try await survivor.catchUp()
            #expect(try await proofs(client) == ["mi-1 first"])

            for table in ["rollout_targets", "node_compliance"] {
                _ = try await client.batch([.unprepared("DELETE FROM \(table)")])
            }
            try await start("second", version: 2, client)
            try await append(Self.scans, 3, try open(["mi-3"], second: 2), client)
            try await other.catchUp()
            try await append(Self.scans, 4, try await scan(second: 2, client), client)
            try await survivor.catchUp()
            #expect(try await proofs(client) == ["mi-3 second"])
            await client.close()
        }
    }

    // MARK: - Steps

    private func projector(_ client: PostgresClient) -> Projector {
        let reader = StreamReader(store: PostgresStore(client: client, sealKey: TestDeployment.sealKey))
        return Projector(client: client, reader: reader, content: ContentStore(client: client), logger: .quiet)
    }

    private func proofs(_ client: PostgresClient) async throws -> [String] {
        let select = Statement.unprepared("SELECT node || ' ' || baseline FROM node_compliance ORDER BY node")
        return try await client.batch([select])[0].column(0, as: String.self)
    }

    private func append(
        _ stream: StreamID,
        _ version: Int64,
        _ event: RecordedEvent,
        _ client: PostgresClient
    ) async throws {
        try await client.append(event, to: stream, version: version, at: Self.moment)
    }

    /// A cycle whose only baseline has this name.
    private func start(_ baseline: String, version: Int64 = 1, _ client: PostgresClient) async throws {
        let start = CycleStart(
            definition: WorkflowDefinition(
                name: "monthly",
                zone: "UTC",
                starts: nil,
                sites: [],
                baselines: [Baseline(name: baseline, patchGroups: ["*"], rules: [])],
                stages: []
            ),
            definitionDigest: baseline,
            opensWindowsNow: false
        )
        let event = CycleEvent.started(start, by: "ada", at: Self.moment)
        try await append(
            Cycle.stream("monthly-1"),
            version,
            try DomainDecider<Cycle>.withoutEffects.encode(event),
            client
        )
    }

    private func open(_ nodes: [String], second: Int) throws -> RecordedEvent {
        let spec = RolloutSpec(
            cycle: "monthly-1",
            stage: "scan",
            rollout: Self.rollout,
            site: "Frankfurt",
            patchGroup: "Ubuntu22-early",
            operation: .scan,
            targets: nodes,
            window: WindowOccurrence(opens: Self.moment, cutoff: Self.moment, closes: Self.moment),
            rateControl: RateControl(maxConcurrency: .count(1), maxErrors: .count(1)),
            openedSecond: second
        )
        return try DomainDecider<Rollout>.withoutEffects.encode(.opened(spec, at: Self.moment))
    }

    /// The first host is scanned.
    private func scan(second: Int, _ client: PostgresClient) async throws -> RecordedEvent {
        let inventory = Inventory(
            platform: "ubuntu",
            platformVersion: "22.04",
            architecture: "amd64",
            packages: [],
            updates: [],
            newcomers: [],
            indexes: [],
            rebootReasons: []
        )
        let text = try DomainJSON.encode(inventory)
        let digest = try await ContentStore(client: client).store(.inventory, text, at: Self.moment)
        let report = HostReport(
            index: 0,
            attempt: second,
            sequence: 2,
            happenedAt: Self.moment,
            fact: .scanned(inventory: digest)
        )
        return try DomainDecider<Rollout>.withoutEffects.encode(.hostReported(report, at: Self.moment))
    }
}
