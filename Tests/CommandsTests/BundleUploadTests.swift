import AWSSignature
import Commands
import FoundationEssentials
import ObjectStorage
import TestSupport
import Testing
import Time

@Suite("A bundle in a store", .timeLimit(.minutes(20)))
struct BundleUploadTests {
    private static let builtAt = "2026-11-26T16:00:00Z"

    /// A folder as `evidence build` leaves it.
    private static func bundle(in folder: String) throws -> String {
        let path = "\(folder)/evidence"
        try FileManager.default.createDirectory(atPath: "\(path)/events", withIntermediateDirectories: true)
        let texts = [
            "population.csv": "node\r\n", "events/000.jsonl": "{}\n", "evidence.pub": "key",
            "manifest.sig": "signature",
            "notes.txt": "somebody's own",
            "manifest.json": """
            {"builtAt":"\(builtAt)","files":[{"bytes":6,"path":"population.csv","rows":0,"sha256":""},\
            {"bytes":3,"path":"events/000.jsonl","sha256":""}],"fleet":"","format":"ringmaster-evidence-1",\
            "period":{"begin":"","end":"","isOver":true,"name":"2026-11"},"policies":[],"publicKey":"","shards":[],\
            "sites":[],"tool":{"name":"t","sha256":""}}
            """,
        ]
        for (name, text) in texts { try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)")) }
        return path
    }

    @Test("Its manifest comes last, and what is no part of it stays")
    func order() async throws {
        try await TemporaryFolder.with { folder in
            let path = try Self.bundle(in: folder)
            let upload = try BundleUpload(folder: path)
            let wanted = ["events/000.jsonl", "population.csv", "evidence.pub", "manifest.sig", "manifest.json"]
            #expect(upload.paths == wanted)
            #expect(upload.builtAt.description == Self.builtAt)
            try FileManager.default.removeItem(atPath: "\(path)/population.csv")
            let failure = #expect(throws: CommandFailure.self) { try BundleUpload(folder: path) }
            #expect(failure?.description.contains("has lost its population.csv") == true)
            #expect(throws: CommandFailure.self) { try BundleUpload(folder: folder) }
        }
    }

    @Test(
        "An upload that broke off is gone on with: what is there is not sent again, and all is encrypted and locked",
        .enabled(if: MotoServer.program != nil, "scripts/test installs moto's server")
    )
    func store() async throws {
        try await MotoServer.with { port in
            let url = "http://127.0.0.1:\(port)"
            try await MotoServer.boto(url, "s3.create_bucket(Bucket='acme', ObjectLockEnabledForBucket=True)")
            let environment = ["AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1"]
            let store = ObjectStore(
                endpoint: try #require(S3Endpoint(environment: environment)),
                credentials: AWSCredentials(accessKeyID: "id", secretAccessKey: "secret"),
                now: SystemClock.now
            )
            let location = try #require(S3Location("s3://acme/2026-11/"))
            let until = SystemClock.now() + .seconds(86_400 * 400)
            let options: (String) -> ObjectOptions = { type in
                ObjectOptions(contentType: type, encryption: .aes256, lock: .init(mode: .governance, until: until))
            }
            try await TemporaryFolder.with { folder in
                let path = try Self.bundle(in: folder)
                let upload = try BundleUpload(folder: path)
                try FileManager.default.removeItem(atPath: "\(path)/manifest.sig")
                await #expect(throws: (any Error).self) {
                    try await upload.send(through: store, to: location, as: options)
                }
                let list = "print(*sorted(o['Key'] for o in s3.list_objects_v2(Bucket='acme')['Contents']))"
                let first = try await MotoServer.boto(url, list)
                #expect(first == "2026-11/events/000.jsonl 2026-11/evidence.pub 2026-11/population.csv")
                try Data("signature".utf8).write(to: URL(filePath: "\(path)/manifest.sig"))
                #expect(try await upload.send(through: store, to: location, as: options) == 2)
                #expect(try await upload.send(through: store, to: location, as: options) == 0)
                let head = """
                    h = s3.head_object(Bucket='acme', Key='2026-11/manifest.json')
                    print(h['ServerSideEncryption'], h['ObjectLockMode'], h['ContentType'])
                    """
                #expect(try await MotoServer.boto(url, head) == "AES256 GOVERNANCE application/json")
            }
        }
    }
}
