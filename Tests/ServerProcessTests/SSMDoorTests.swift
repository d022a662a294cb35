import ControlPlaneTestSupport
import FoundationEssentials
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

/// AWS's own tools against the built server.
@Suite("The door for AWS's tools", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMDoorTests {
    @Test("boto3 keeps baselines, defaults, patch groups and tags, and every answer is as botocore's model has it")
    func baselines() async throws {
        try await serving { server, door in
            let key = try await accessKey(server, "operator")
            try await AWSTools.check("baselines.py", variables(door, key))
            // It is the policy that the files are of: what the tools did is gone, but for the group that they made known.
            let local = ["--server", server.url, "--token-file", server.data + "/operator.token"]
            let diff = try await Ringmaster.run(["policy", "diff", Repository.root + "/policy"] + local).output
            #expect(diff.contains("AL2023-web") && !diff.contains("plat-"), "\(diff)")
            let log = try await ringmaster(["events", "tail", "-n", "200", "-o", "json"], server)
            #expect(log.contains("policy.applied.v1") && log.contains(#""by":"terraform""#))
        }
    }

    @Test("What is unsigned, wrongly signed, old, sent again, malformed or not entitled is refused in AWS's words")
    func refusals() async throws {
        try await serving { server, door in
            var keys = [
                "operator": try await accessKey(server, "operator"), "viewer": try await accessKey(server, "viewer"),
                "limited": try await accessKey(server, "admin", ["--site", "eu-west-1"]),
                "revoked": try await accessKey(server, "viewer"),
            ]
            let revoked = try #require(keys["revoked"])
            _ = try await ringmaster(["access-key", "revoke", revoked.id, "--reason", "left", "--as", "root"], server)
            let key = try #require(keys["operator"])
            (keys["unknown"], keys["mistaken"]) = (key, key)
            keys["unknown"]?.id = "RMAK0123456789ABCDEF"
            keys["mistaken"]?.secret = String(key.secret.reversed())
            let text = String(
                decoding: try JSONEncoder().encode(keys.mapValues { ["id": $0.id, "secret": $0.secret] }),
                as: UTF8.self
            )
            try await AWSTools.check("refusals.py", variables(door, key).merging(["KEYS": text]) { first, _ in first })
            let audit = try await ringmaster(["audit", "ls", "-n", "1000", "-o", "json"], server)
            for words in [
                "AmazonSSM.CreatePatchBaseline", "not-permitted", "out-of-scope", "UnrecognizedClientException",
            ] {
                #expect(audit.contains(words), "\(words) is not in the audit")
            }
            #expect(!audit.contains(key.secret))
            let list = try await ringmaster(["access-key", "ls"], server)
            #expect(list.contains(key.id) && list.contains("revoked") && !list.contains(key.secret), "\(list)")
        }
    }

    @Test("The aws command works at --listen and at a port of its own, through pages and with its own filters")
    func command() async throws {
        try await serving { server, door in
            let key = try await accessKey(server, "operator")
            for url in [server.url, door] {
                var variables = variables(url, key)
                variables["AWS_ENDPOINT_URL"] = url
                variables["AWS_DEFAULT_REGION"] = "ap-southeast-2"
                let listed = try await AWSTools.run(
                    MotoServer.aws,
                    ["ssm", "describe-patch-baselines", "--page-size", "5", "--query", "length(BaselineIdentities)"],
                    variables
                )
                #expect(listed.output == "20\n", "\(listed.errors)")
                let unknown = try await AWSTools.run(MotoServer.aws, ["ssm", "list-resource-data-sync"], variables)
                #expect(unknown.status == .exited(255), "\(unknown.errors)")
                #expect(unknown.errors.contains("(UnknownOperationException)"), "\(unknown.errors)")
            }
        }
    }

    @Test("The console, the API and the door are at one address, and what nobody offers is not there")
    func together() async throws {
        try await serving { server, door in
            let console = try await server.get("/")
            #expect(console.status == 200 && console.body.contains("<html"), "\(console)")
            #expect(try await server.get("/console/nothing").status != 500)
            #expect(try await server.get("/api/v1/nodes").status == 401)
            #expect(try await server.post("/api/v1/nodes", ["a": 1]).status == 405)
            #expect(try await server.get("/nothing").status == 404)
            let unsigned = try await server.post("/", ["a": 1])
            #expect(unsigned.status == 400 && unsigned.body.contains("MissingAuthenticationTokenException"))
            // The door's own address has nothing else.
            var other = server
            other.url = door
            #expect(try await other.post("/", ["a": 1]).status == 400)
            #expect(try await other.get("/api/v1/nodes").status == 404)
            #expect(try await other.get("/healthz").status == 404)
        }
    }

    // MARK: - Steps

    private func serving(_ body: (_ server: RunningServer, _ door: String) async throws -> Void) async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { folder in
            let options = ["--aws-listen", "127.0.0.1:0"]
            let ending = try await Ringmaster.serving(data: folder + "/data", database, options: options) { server in
                _ = try await ringmaster(["policy", "apply", Repository.root + "/policy", "--as", "root"], server)
                try await body(server, try await server.door)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    private func accessKey(
        _ server: RunningServer,
        _ role: String,
        _ limits: [String] = []
    ) async throws -> NewTokenView {
        let words =
            ["access-key", "create", "--name", "terraform", "--role", role, "-o", "json", "--as", "root"] + limits
        let text = try await ringmaster(words, server)
        return try JSONDecoder().decode(NewTokenView.self, from: Data(text.utf8))
    }

    private func ringmaster(_ words: [String], _ server: RunningServer) async throws -> String {
        let ending = try await Ringmaster.run(
            words + ["--server", server.url, "--token-file", server.data + "/operator.token"]
        )
        #expect(ending.status == .exited(0), "\(words): \(ending.errors)")
        return ending.output
    }

    private func variables(_ url: String, _ key: NewTokenView) -> [String: String] {
        ["DOOR": url, "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret]
    }
}
