import Commands
import FoundationEssentials
import TestSupport
import Testing
import Time

@Suite("What report stages write", .timeLimit(.minutes(20)))
struct ReportExporterTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)
    private static let text = "Index,Instance ID\r\n1,mi-1\r\n"

    private static func write(
        _ place: String,
        _ environment: [String: String] = [:],
        text: String = text
    ) async throws -> (sha256: String, byteCount: Int) {
        var pieces = [Array(text.utf8.prefix(7)), Array(text.utf8.dropFirst(7))][...]
        return try await ReportExporter(environment: environment, now: { now }).write(place) { pieces.popFirst() }
    }

    @Test("goes into a folder that is made for it, as a whole or not at all, and takes an earlier one's place")
    func folder() async throws {
        try await TemporaryFolder.with { folder in
            let path = "\(folder)/2026-11/a.csv"
            let first = try await Self.write(path)
            #expect(first.byteCount == Self.text.utf8.count)
            #expect(first.sha256.count == 64)
            let second = try await Self.write(path, text: "another")
            #expect(first.sha256 != second.sha256)
            #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8) == "another")
            struct Broken: Error {}
            await #expect(throws: Broken.self) {
                try await ReportExporter(environment: [:], now: { Self.now }).write(path) { throw Broken() }
            }
            #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8) == "another")
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/2026-11")
            #expect(left == ["a.csv"])
        }
    }

    @Test("is whole though another attempt at the same place is made meanwhile, and no attempt keeps a file open")
    func attempts() async throws {
        try await TemporaryFolder.with { folder in
            let path = "\(folder)/a.csv"
            var pieces = ["first, ", "whole"][...]
            _ = try await ReportExporter(environment: [:], now: { Self.now }).write(path) {
                if pieces.count == 1 { _ = try await Self.write(path, text: "another attempt") }
                return pieces.popFirst().map { Array($0.utf8) }
            }
            #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8) == "first, whole")
            struct Broken: Error {}
            await #expect(throws: Broken.self) {
                try await ReportExporter(environment: [:], now: { Self.now }).write(path) { throw Broken() }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.csv"])
            // Other tests of this process open and close files meanwhile.
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            #expect(open.filter { $0.hasPrefix(folder) } == [])
        }
    }

    @Test("needs a key for a store, and says so")
    func keyless() async throws {
        let failure = await #expect(throws: CommandFailure.self) { try await Self.write("s3://acme/a.csv") }
        #expect(failure?.description.contains("AWS_ACCESS_KEY_ID") == true)
    }

    @Test(
        "goes to a store, and takes an earlier one's place",
        .enabled(if: MotoServer.program != nil, "scripts/test installs moto's server")
    )
    func store() async throws {
        try await MotoServer.with { port in
            let url = "http://127.0.0.1:\(port)"
            try await MotoServer.boto(url, "s3.create_bucket(Bucket='acme')")
            let environment = [
                "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": url,
                "AWS_REGION": "us-east-1",
            ]
            _ = try await Self.write("s3://acme/patching/2026-11/a.csv", environment, text: "earlier")
            let written = try await Self.write("s3://acme/patching/2026-11/a.csv", environment)
            let read = "o = s3.get_object(Bucket='acme', Key='patching/2026-11/a.csv')\nimport hashlib\n"
            let digest = try await MotoServer.boto(url, read + "print(hashlib.sha256(o['Body'].read()).hexdigest())")
            #expect(digest == written.sha256)
            await #expect(throws: (any Error).self) { try await Self.write("s3://nobody/a.csv", environment) }
        }
    }
}
