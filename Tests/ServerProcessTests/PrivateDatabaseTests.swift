import Postgres
import Subprocess
import TestSupport
import Testing

@Suite("A server with a private PostgreSQL", .timeLimit(.minutes(10)))
struct PrivateDatabaseTests {
    @Test("It serves one process at a time, keeps its data, and is stopped with its server")
    func life() async throws {
        let data = try TemporaryFolder.make(mode: 0o755)
        try Reaper.watch(data)
        let first = try await Ringmaster.serving(data: data) { server in
            let readiness = try await server.get("/readyz")
            #expect(readiness.status == 200)
            let second = try await Ringmaster.run("serve", "--data", data)
            #expect(second.status == .exited(69))
            #expect(
                second.errors.contains(
                    "error: another server (process \(server.process)) uses the data folder \(data); stop it first, or choose "
                        + "another folder with --data"
                )
            )
            let activation = try await Ringmaster.run(
                "activation",
                "create",
                "--site",
                "Frankfurt",
                "--patch-group",
                "Debian12-early",
                "--server",
                server.url,
                "--token-file",
                data + "/operator.token"
            )
            #expect(activation.status == .exited(0), "\(activation.errors)")
        }
        #expect(first.status == .exited(0), "\(first.errors)")

        // A tool starts the database for as long as it needs it.
        let kept = try await Ringmaster.run("log", "verify", "--data", data)
        #expect(kept.status == .exited(0), "\(kept.errors)")
        #expect(kept.output.hasPrefix("log verify: ok, "))
        let again = try await Ringmaster.serving(data: data) { server in
            let readiness = try await server.get("/readyz")
            #expect(readiness.status == 200)
        }
        #expect(again.status == .exited(0), "\(again.errors)")
    }
}
