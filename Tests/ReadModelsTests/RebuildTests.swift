import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

@Suite("Read models built anew", .timeLimit(.minutes(10)))
struct RebuildTests {
    private static let tables = [
        "node", "node_compliance", "rollout_targets", "cycle", "command", "compliance_day", "compliance_place",
        "install_day", "latency_day", "patch_release",
    ]

    @Test("However the log is read, the same rows come of it")
    func rebuilt() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { try await fill($0) }
            let client = try deployment.database.client()
            let live = try await rows(client)
            #expect(live.prefix(4).map(\.count) == [5, 4, 10, 2])
            for log in logs(of: client) {
                try await clear(client)
                #expect(try await rows(client).joined().isEmpty)
                try await projector(client, log).catchUp()
                let rebuilt = try await rows(client)
                for (table, (before, after)) in zip(Self.tables, zip(live, rebuilt)) {
                    #expect(before == after, "\(table), read \(log.order) by \(log.commitsPerShard)")
                }
            }
            await client.close()
        }
    }

    @Test("A day is closed as the log told it by its end, in whatever order the log is read")
    func days() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { try await fill($0) }
            let client = try deployment.database.client()
            let span = try await client.batch([
                .unprepared(
                    "SELECT (extract(epoch FROM min(at)) * 1000000)::bigint, (extract(epoch FROM max(at)) * 1000000)::bigint FROM commit"
                )
            ])[0].one()
            let (begin, end): (Int64, Int64) = (try span.get(0), try span.get(1))
            // As if it had taken ten days, however long the test took.
            @Sendable func slowed(_ at: Timestamp) -> Timestamp {
                Timestamp(microseconds: begin + (at.microseconds - begin) * 864_000 / max(1, (end - begin) / 1_000_000))
            }
            var first: [[String]]?
            for var log in logs(of: client) {
                log.retime = slowed
                try await clear(client)
                let day = Timestamp(microseconds: begin).day
                _ = try await client.batch([.unprepared("INSERT INTO projection_day VALUES ('fleet.v1', \(day))")])
                try await projector(client, log).catchUp()
                let rows = try await rows(client)
                let days = try await client.batch([
                    .unprepared("SELECT day::text, sum(nodes)::text FROM compliance_day GROUP BY day ORDER BY day")
                ])[0]
                let nodes = try days.column(1, as: String.self).compactMap { Int($0) }
                #expect(nodes.count > 1 && nodes.allSatisfy { (1...5).contains($0) }, "\(nodes)")
                #expect(first ?? rows == rows, "read \(log.order) by \(log.commitsPerShard)")
                first = first ?? rows
            }
            await client.close()
        }
    }

    @Test("When a version was published is told though the first writing of it failed")
    func released() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { controlPlane in
                let issued = controlPlane.clock.now - .seconds(86_400)
                let fix = FixedPackage(product: "bookworm", name: "acme-tls", version: "3.0.2", isSource: true)
                let advisory = Advisory(
                    id: "DSA-1",
                    source: .debian,
                    title: "t",
                    classification: "security",
                    severityWord: "high",
                    cves: [],
                    issued: issued,
                    fixes: [fix]
                )
                try await controlPlane.imported([advisory])
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
                _ = try await controlPlane.questions.nodes()
            }
            let client = try deployment.database.client()
            func write(_ sql: String) async throws { _ = try await client.batch([.unprepared(sql)]) }
            let live = try await rows(client)
            #expect(live.last?.count == 1)
            try await clear(client)
            try await write("ALTER TABLE patch_release ADD CONSTRAINT full_disk CHECK (name = '')")
            let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
            let projector = projector(client, ReorderedLog(base: store, order: .ascending, commitsPerShard: 100))
            await #expect(throws: PostgresError.self) { try await projector.catchUp() }
            try await write("ALTER TABLE patch_release DROP CONSTRAINT full_disk")
            try await projector.catchUp()
            #expect(try await rows(client) == live)
            await client.close()
        }
    }

    @Test("Many who ask at once do not take each other's connections")
    func manyAtOnce() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { _ = try await Fleet.enrolled(in: $0) }
            let client = try deployment.database.client {
                $0.maxConnections = 2
                $0.acquireTimeout = .seconds(30)
            }
            try await clear(client)
            let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
            let projector = projector(client, ReorderedLog(base: store, order: .ascending, commitsPerShard: 1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...8 { group.addTask { try await projector.catchUp() } }
                try await group.waitForAll()
            }
            #expect(try await rows(client)[0].count == 9)
            await client.close()
        }
    }

    // MARK: - Steps

    /// A history in which the order of reading could matter: hosts with several proofs, one that moved, one that was revoked.
    private func fill(_ controlPlane: TestControlPlane) async throws {
        let fleet = try await Fleet.enrolled(
            in: controlPlane,
            sites: ["Frankfurt", "us-east-1"],
            rings: ["early", "main"]
        )
        let id = try await controlPlane.startCycle()
        try await fleet.scan(id, of: controlPlane)
        try await controlPlane.approve("scan", of: id)
        try await Fleet.carryOut(fleet.ring("early"), of: controlPlane)
        try await controlPlane.gate(of: "early", in: id)
        try await controlPlane.applyPolicy()
        let other = try await controlPlane.startCycle("monthly-patch-cycle")
        try await controlPlane.cycle(other, "with its lanes") { $0.stage("scan")?.lanes.count == 4 }

        let key = HostKey()
        for site in ["Frankfurt", "us-east-1"] {
            let activation = try await controlPlane.activation(site: site, patchGroup: "Ubuntu22-late")
            _ = try await controlPlane.services.agents.enrol(key.enrolment(activation))
        }
        try await controlPlane.revoke(fleet.agents[3].node)
        try await controlPlane.settle()
        _ = try await controlPlane.questions.nodes()
    }

    private func logs(of client: PostgresClient) -> [ReorderedLog] {
        let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        return ReorderedLog.Order.allCases.flatMap { order in
            [1, 100].map { ReorderedLog(base: store, order: order, commitsPerShard: $0) }
        }
    }

    private func projector(_ client: PostgresClient, _ log: ReorderedLog) -> Projector {
        let content = ContentStore(client: client)
        return Projector(client: client, reader: StreamReader(store: log), content: content, logger: .quiet)
    }

    private func clear(_ client: PostgresClient) async throws {
        _ = try await client.batch(
            (Self.tables + ["projection_cursor", "projection_day"]).map { .unprepared("DELETE FROM \($0)") }
        )
    }

    private func rows(_ client: PostgresClient) async throws -> [[String]] {
        try await client.batch(Self.tables.map { .unprepared("SELECT row_to_json(t)::text FROM \($0) t ORDER BY 1") })
            .map { try $0.column(0, as: String.self) }
    }
}
