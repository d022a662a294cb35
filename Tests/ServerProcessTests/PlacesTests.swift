import AsyncHTTPClient
import ControlPlaneTestSupport
import FoundationEssentials
import NIOSSL
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("A server in the places where people run it", .timeLimit(.minutes(10)))
struct PlacesTests {
    private func activation(
        of server: RunningServer,
        _ token: String,
        through client: HTTPClient = .shared
    ) async throws -> Int {
        let request = CreateActivation(
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            uses: 1,
            expiresInSeconds: 3_600,
            by: "ana"
        )
        let headers = ["Authorization": "Bearer \(token)", "Idempotency-Key": "\(UInt64.random(in: 0 ... .max))"]
        return try await server.post("/api/v1/activations", request, headers: headers, through: client).status
    }

    @Test("Without any option it keeps everything in the folder it is started in")
    func freshFolder() async throws {
        try await TemporaryFolder.with { folder in
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            try Reaper.watch(folder + "/.ringmaster")
            let arguments = ["serve", "--listen", "127.0.0.1:0", "--workflows", Repository.root + "/workflows"]
            let ending = try await Ringmaster.running(arguments, in: folder) { process, log in
                let data = folder + "/.ringmaster"
                let server = try await RunningServer.listening(process: process, data: data, log: log)
                let status = try await activation(of: server, server.token)
                #expect(status == 201)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
    }

    @Test("An API process and an engine process share a database and a data folder")
    func roles() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { data in
            let api = try await Ringmaster.serving(data: data, database, options: ["--roles", "api"]) { server in
                let arguments = ["serve", "--roles", "engine,worker", "--data", data, "--database", database.conninfo]
                let engine = try await Ringmaster.running(arguments) { _, _ in
                    let status = try await activation(of: server, server.token)
                    #expect(status == 201)
                }
                #expect(engine.status == .exited(0), "\(engine.errors)")
            }
            #expect(api.status == .exited(0), "\(api.errors)")
        }
        try await database.drop()
    }

    @Test("With a certificate it speaks TLS, and nothing else")
    func tls() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { data in
            let (certificate, key) = (data + "/server.pem", data + "/server.key")
            let made = try await Subprocess.run(
                .name("openssl"),
                arguments: [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=ringmaster", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                    certificate,
                ],
                output: .discarded,
                error: .string(limit: 65_536)
            )
            try #require(made.terminationStatus.isSuccess, "\(made.standardError)")
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(certificate)
            let trusting = HTTPClient.Configuration(tlsConfiguration: configuration)
            // It does not try again what cannot succeed.
            var plainly = HTTPClient.Configuration()
            plainly.connectionPool.retryConnectionEstablishment = false
            let options = ["--tls-certificate", certificate, "--tls-key", key]
            let ending = try await HTTPClient.withHTTPClient(configuration: trusting) { client in
                try await HTTPClient.withHTTPClient(configuration: plainly) { stranger in
                    try await Ringmaster.serving(data: data, database, options: options) { server in
                        let status = try await activation(of: server, server.token, through: client)
                        #expect(status == 201)
                        await #expect(throws: (any Error).self, "a certificate that nobody vouches for") {
                            try await activation(of: server, server.token, through: stranger)
                        }
                        var plain = server
                        plain.url = server.url.replacing("https", with: "http")
                        await #expect(throws: (any Error).self) {
                            try await activation(of: plain, plain.token, through: stranger)
                        }
                    }
                }
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }
}
