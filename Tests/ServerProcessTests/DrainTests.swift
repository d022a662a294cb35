import AgentProtocol
import ControlPlaneTestSupport
import FoundationEssentials
import Glibc
import Postgres
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing
import Time

@Suite("A server that is told to end", .timeLimit(.minutes(10)))
struct DrainTests {
    private func serving(
        _ database: TestDatabase,
        body: (RunningServer) async throws -> Void
    ) async throws -> Ringmaster.Ending {
        try await TemporaryFolder.with { try await Ringmaster.serving(data: $0, database, body: body) }
    }

    @Test(
        "It answers who waits for orders and events, gives its shards up, and exits with 0",
        arguments: [SIGTERM, SIGINT]
    )
    func drains(signal: Int32) async throws {
        try await TestDeployment.with { deployment in
            let agent = try await deployment.serve { controlPlane in
                try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"]).agents[0]
            }
            let ending = try await serving(deployment.database) { server in
                let target = "/agent/v1/orders?wait=60"
                let proof = try agent.proof("GET", target, at: deployment.clock.now)
                let headers = [
                    RequestSignature.nodeHeader: proof.node, RequestSignature.timeHeader: proof.time,
                    RequestSignature.signatureHeader: proof.signature,
                ]
                async let poll = server.get(target, headers: headers)
                let token = ["Authorization": "Bearer \(try server.token)"]
                async let tail = server.get("/api/v1/events?after=end&wait=30", headers: token)
                // While these are answered, the others have come.
                for _ in 1...20 {
                    // 503 while a busy machine keeps the database from answering in time.
                    #expect([200, 503].contains(try await server.get("/readyz").status))
                }
                let began = ContinuousClock.now
                #expect(kill(server.process, signal) == 0)
                let answer = try await poll
                #expect(answer.status == 204)
                let page = try await tail
                #expect(page.status == 200)
                #expect(ContinuousClock.now - began < .seconds(25), "it did not wait for their own ends")
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
            #expect(!ending.errors.contains(" error "), "\(ending.errors)")

            let client = try deployment.database.client()
            let leases = try await client.query(.unprepared("SELECT count(*) FROM lease WHERE until > now()"))
            let held = try leases.one().get(0, as: Int.self)
            #expect(held == 0)
            await client.close()
        }
    }

    @Test("A server whose database is gone lives, and says that it is not ready")
    func notReady() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        let ending = try await serving(database) { server in
            while try await server.get("/readyz").body != "ready\n" { try await Task.sleep(for: .milliseconds(20)) }
            try await database.drop()
            let readiness = try await server.get("/readyz")
            #expect(readiness.status == 503)
            #expect(readiness.body.hasPrefix("the database d"), "\(readiness.body)")
            #expect(try await server.get("/healthz").status == 200)
        }
        #expect(ending.status == .exited(0), "\(ending.errors)")
    }
}
