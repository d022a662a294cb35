import ControlPlaneTestSupport
import DurableStreams
import FoundationEssentials
import Postgres
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing
import Time

@Suite("Watching a server", .timeLimit(.minutes(10)))
struct WatchingTests {
    /// Puts a message that nobody can decide into its inbox, as another process would, and waits until it is set aside.
    private func poison(_ client: PostgresClient, id: String, stream: String = "toy/1") async throws {
        let now: Timestamp = try await client.query(.unprepared("SELECT now()")).one().get(0)
        let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        try await store.send([
            Message(id: id, stream: StreamID(stream), kind: "break", body: "{}", actor: "ana", receivedAt: now)
        ])
        try await waitUntil {
            try await client.query(.unprepared("SELECT FROM set_aside WHERE id = '\(id)'")).count == 1
        }
    }

    private func metrics(of server: RunningServer) async throws -> MetricsPage {
        let answer = try await server.get("/metrics")
        #expect(answer.status == 200)
        return try MetricsPage(answer.body)
    }

    /// Starts a cycle and waits until a host of it is ordered.
    private func startCycle(on server: RunningServer) async throws {
        let options = ["--server", server.url, "--token-file", server.data + "/operator.token", "-o", "json"]
        let start = try await Ringmaster.run(["cycle", "start", "debian12-rings", "--now"] + options)
        #expect(start.status == .exited(0), "\(start.errors)")
        let cycle = try JSONDecoder().decode(CycleStarted.self, from: Data(start.output.utf8)).id
        try await waitUntil {
            let show = try await Ringmaster.run(["cycle", "show", cycle] + options)
            return try JSONDecoder().decode(CycleView.self, from: Data(show.output.utf8)).counts.inFlight == 1
        }
        // Brings the read models up to date.
        _ = try await Ringmaster.run(["cycle", "ls"] + options)
    }

    @Test("The metrics of a server at work are well formed, complete and documented")
    func metrics() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve {
                _ = try await Fleet.enrolled(in: $0, sites: ["Frankfurt"], rings: ["early"])
            }
            let client = try deployment.database.client()
            try await TemporaryFolder.with { data in
                let ending = try await Ringmaster.serving(data: data, deployment.database) { server in
                    try await poison(client, id: "m-1")
                    try await startCycle(on: server)
                    let page = try await metrics(of: server)
                    for (series, value) in [
                        "engine_owned_shards": 256, "engines": 1, "shards_unowned": 0, "set_aside_messages": 1,
                        "engine_set_aside_messages_total": 1, #"sample_up{sample="host-runs"}"#: 1,
                        #"postgres_pool_waiting{pool="engine"}"#: 0, #"cycles{state="running"}"#: 1,
                        #"host_runs{stage="scan",state="ordered"}"#: 1, "orders_undelivered": 1,
                    ] as KeyValuePairs<String, Double> {
                        #expect(page.values["ringmaster_" + series] == value, "\(series)")
                    }
                    #expect((page.values["ringmaster_engine_flush_duration_seconds_count"] ?? 0) > 0)
                    let file = Repository.root + "/docs/observability.md"
                    let documented = try String(contentsOfFile: file, encoding: .utf8)
                        .matches(of: /`(?<name>ringmaster_[a-z_]+)`/).map { String($0.output.name) }
                    // Traces go nowhere.
                    #expect(page.names.union(["ringmaster_trace_spans_total"]) == Set(documented))

                    let next = try await metrics(of: server)
                    for (series, value) in page.values where series.contains("_total") || series.contains("_count") {
                        #expect((next.values[series] ?? -1) >= value, "\(series)")
                    }
                }
                #expect(ending.status == .exited(0), "\(ending.errors)")
            }
            await client.close()
        }
    }

    @Test("A process without an API shows its own metrics where it is told to, and nothing else")
    func engineAlone() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { data in
            let roles = ["--roles", "engine,worker", "--metrics", "127.0.0.1:0"]
            let ending = try await Ringmaster.serving(data: data, database, options: roles) { server in
                try await waitUntil {
                    try await metrics(of: server).values["ringmaster_engine_owned_shards"] == 256
                }
                let page = try await metrics(of: server)
                #expect(!page.names.contains("ringmaster_inbox_messages"))
                #expect(try await server.get("/healthz").status == 200)
                #expect(try await server.get("/api/v1/engine").status == 404)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    @Test("The command line shows, retries and discards what was set aside")
    func settling() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        let client = try database.client()
        try await TemporaryFolder.with { data in
            let ending = try await Ringmaster.serving(data: data, database) { server in
                try await poison(client, id: "m-1")
                let options = ["--server", server.url, "--token-file", server.data + "/operator.token"]
                func engine(_ arguments: String...) async throws -> Ringmaster.Ending {
                    try await Ringmaster.run(["engine"] + arguments + options)
                }
                let status = try await engine("status").output
                #expect(status.contains("no stream kind \"toy\" is known to this engine"), "\(status)")
                let json = try JSONDecoder().decode(
                    EngineView.self,
                    from: Data(try await engine("status", "-o", "json").output.utf8)
                )
                #expect(json.setAside.map(\.id) == ["m-1"])

                let retry = try await engine("retry", "m-1", "--as", "ben")
                #expect(retry.output.hasPrefix("message m-1 to toy/1 was retried by ben at 20"), "\(retry.errors)")
                try await waitUntil {
                    try await client.query(.unprepared("SELECT FROM set_aside WHERE id = 'm-1'")).count == 1
                }
                let discard = try await engine("discard", "m-1", "--as", "ben", "--reason", "a test")
                #expect(discard.output.hasSuffix(": a test\n"), "\(discard.errors)")
                let late = try await engine("retry", "m-1", "--as", "ben")
                #expect(late.errors.hasSuffix(" [message-settled]\n"))
                let unknown = try await engine("discard", "m-2", "--as", "ben", "--reason", "a test")
                #expect(unknown.status == .exited(4))
                #expect(
                    unknown.errors
                        == "error: no message m-2 is set aside; `ringmaster engine status` lists those that are "
                        + "[message-not-set-aside]\n"
                )
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
            #expect(ending.errors.contains("stream=toy/1"))
        }
        await client.close()
        try await database.drop()
    }
}
