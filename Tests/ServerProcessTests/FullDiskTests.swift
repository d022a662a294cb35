import FoundationEssentials
import Glibc
import Postgres
import ReadModels
import Subprocess
import TestSupport
import Testing

@Suite("A server whose disk is full", .timeLimit(.minutes(10)))
struct FullDiskTests {
    /// Mounting is a privilege of its own, which a container's root may lack; where nobody can tell, it is not tried.
    private static let mayMount: Bool = {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let mask = status.firstMatch(of: #/CapEff:\s*([0-9a-f]+)/#).flatMap({ UInt64($0.1, radix: 16) })
        else { return false }
        return mask & 1 << 21 != 0
    }()

    private func run(_ program: String, _ arguments: String...) async throws {
        let result = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .string(limit: 65_536)
        )
        try #require(result.terminationStatus.isSuccess, "\(program): \(result.standardError)")
    }

    @Test(
        "It says so, loses nothing that it acknowledged, and goes on by itself when there is space",
        .enabled(if: mayMount)
    )
    func full() async throws {
        let disk = try TemporaryFolder.make(mode: 0o755)
        try await run("mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", disk)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await fill(disk))
        } catch {
            outcome = .failure(error)
        }
        // The last of PostgreSQL's processes may still be ending.
        try await run("umount", "--lazy", disk)
        try outcome.get()
    }

    private func fill(_ disk: String) async throws {
        let data = disk + "/data"
        var acknowledged = 0
        let ending = try await Ringmaster.serving(data: data) { server in
            acknowledged += try await activation(of: server).status == 201 ? 1 : 0
            #expect(acknowledged == 1)
            try fillUp(disk + "/ballast")
            // The write-ahead log has room for a while; then the server is refused by its disk.
            let refusal = try await firstRefusal(of: server, data) { acknowledged += 1 }
            #expect(refusal.status == 503)
            #expect(refusal.body.contains("\"database-unavailable\""), "\(refusal.body)")
            #expect(try await server.get("/healthz").status == 200)
            unlink(disk + "/ballast")
            try await waitUntil {
                let isTaken = try await activation(of: server).status == 201
                acknowledged += isTaken ? 1 : 0
                return isTaken
            }
            try await waitUntil { try await server.get("/readyz").status == 200 }
        }
        #expect(ending.status == .exited(0), "\(ending.errors)")
        let verdict = try await Ringmaster.run("log", "verify", "--data", data)
        #expect(verdict.status == .exited(0), "\(verdict.errors)")
        let kept = try await Ringmaster.run("log", "verify", "--data", data, "-o", "json")
        let count = try #require(kept.output.firstMatch(of: #/"events"\s*:\s*(\d+)/#).flatMap { Int($0.1) })
        #expect(count >= acknowledged, "each is an event of its own")
    }

    /// Writes until there is no space left.
    private func fillUp(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        while write(descriptor, zeros, zeros.count) > 0 {}
        #expect(errno == ENOSPC)
    }

    /// Uses up what the write-ahead log has left, and asks until the server is refused.
    private func firstRefusal(
        of server: RunningServer,
        _ data: String,
        taken: () -> Void
    ) async throws -> RunningServer.Answer {
        let conninfo = "host='\(data)/postgres/socket' port=5432 user=ringmaster dbname=ringmaster"
        let client = try PostgresClient(PostgresConfiguration(conninfo: conninfo), logger: .quiet)
        while true {
            do throws(PostgresError) {
                _ = try await client.query(.unprepared("SELECT pg_switch_wal()"))
            } catch {
                // The server of the database may be going down by now.
            }
            let answer = try await activation(of: server)
            guard answer.status == 201 else {
                await client.close()
                return answer
            }
            taken()
        }
    }

    private func activation(of server: RunningServer) async throws -> RunningServer.Answer {
        let request = CreateActivation(
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            uses: 1,
            expiresInSeconds: 3_600,
            by: "ana"
        )
        let headers = ["Authorization": "Bearer \(try server.token)"]
        return try await server.post("/api/v1/activations", request, headers: headers)
    }
}
