import ControlPlaneTestSupport
import FoundationEssentials
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("A control plane with a certificate authority of its own", .serialized, .timeLimit(.minutes(10)))
struct AuthorityTests {
    private struct Authority: Decodable, Equatable {
        var caSHA256: String
        var names: [String]
    }

    private struct Activation: Decodable {
        var caSHA256: String?
    }

    private func authority(_ verb: String, data: String, _ options: String...) async throws -> Authority {
        let ending = try await Ringmaster.run(["ca", verb, "--data", data, "-o", "json"] + options)
        try #require(ending.status == .exited(0), "\(ending.errors)")
        return try JSONDecoder().decode(Authority.self, from: Data(ending.output.utf8))
    }

    @Test("It serves with it, commands find it beside the token, and activations tell its pin")
    func serves() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { data in
            let made = try await authority("init", data: data, "--name", "patch.example.com")
            #expect(made.names == ["patch.example.com", "localhost", "127.0.0.1", "::1"])
            let ending = try await Ringmaster.serving(data: data, database) { server in
                #expect(server.url.hasPrefix("https://"))
                let place = ["--server", server.url, "--token-file", data + "/operator.token"]
                let listing = try await Ringmaster.run(["node", "ls"] + place)
                #expect(listing.status == .exited(0), "\(listing.errors)")
                let words = ["activation", "create", "--site", "a", "--patch-group", "b"]
                let created = try await Ringmaster.run(words + place + ["-o", "json"])
                let activation = try JSONDecoder().decode(Activation.self, from: Data(created.output.utf8))
                #expect(activation.caSHA256 == made.caSHA256)
                let shown = try await Ringmaster.run(words + place)
                #expect(shown.output.contains(" | ringmaster-agent enrol --server \(server.url) "))
                #expect(shown.output.contains(" --ca-sha256 \(made.caSHA256)\n"))
                let other = try await Ringmaster.run(["node", "ls", "--ca-file", "/etc/hostname"] + place)
                #expect(other.status != .exited(0))
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    @Test("It is never overwritten, its owner alone can read it, and it is renewed with the same pin")
    func files() async throws {
        try await TemporaryFolder.with { data in
            let made = try await authority("init", data: data, "--name", "a.example")
            for file in ["ca.pem", "ca.key", "server.pem", "server.key"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(data)/tls/\(file)")
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            }
            let before = try String(contentsOfFile: data + "/tls/server.pem", encoding: .utf8)
            let again = try await Ringmaster.run("ca", "init", "--data", data)
            #expect(again.status == .exited(4))
            #expect(again.errors.contains("error: \(data)/tls is there already"))
            #expect(try String(contentsOfFile: data + "/tls/server.pem", encoding: .utf8) == before)

            #expect(try await authority("renew", data: data) == made)
            #expect(try String(contentsOfFile: data + "/tls/server.pem", encoding: .utf8) != before)
            #expect(try await authority("renew", data: data, "--name", "b.example").names == ["b.example"])
            let wrong = try await Ringmaster.run("ca", "init", "--data", data + "/new", "--name", "https://a.example")
            #expect(wrong.status == .exited(66))
            #expect(wrong.errors.contains("is neither a host name nor an IP address"))
            #expect(!FileManager.default.fileExists(atPath: data + "/new"))
        }
    }
}
