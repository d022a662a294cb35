import AWSSignature
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing
import Time

@testable import ObjectStorage

/// Against a real server of the protocol.
@Suite(.enabled(if: MotoServer.program != nil, "scripts/test installs moto's server"))
struct ObjectStoreTests {
    private static let part = 5 << 20
    private let credentials = AWSCredentials(accessKeyID: "id", secretAccessKey: "secret")
    private let csv = ObjectOptions(contentType: "text/csv")
    private let location = S3Location(bucket: "acme", key: "patching/2026-11/eu west+1.csv")
    private let path = "/acme/patching/2026-11/eu%20west%2B1.csv"

    private func store(at url: String) throws -> ObjectStore {
        ObjectStore(
            endpoint: try #require(S3Endpoint(url: url, region: "eu-west-1")),
            credentials: credentials,
            smallestPart: Self.part,
            now: { Timestamp(iso8601: "2026-11-26T16:00:00Z") ?? Timestamp(microseconds: 0) },
            sleep: { _ in }
        )
    }

    private func withFile(_ bytes: [UInt8], _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func random(_ count: Int, seed: UInt8) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8)) ^ seed }
    }

    @Test("a small file: written once, found the next time, not replaced by another unless that is wanted") func whole()
        async throws
    {
        try await StoreServer.with { server in
            try await server.request("PUT", "/acme")
            let store = try store(at: server.url)
            var encrypted = csv
            encrypted.encryption = .kms(key: "alias/evidence")
            try await withFile(Array("a,b\n".utf8)) { file in
                let written = try await store.put(file: file, to: location, as: encrypted)
                #expect(written == .written)
                let again = try await store.put(file: file, to: location, as: encrypted)
                #expect(again == .present)
            }
            let head = try await server.request("HEAD", path)
            #expect(head.headers.first(name: "x-amz-server-side-encryption") == "aws:kms")
            #expect(head.headers.first(name: "x-amz-server-side-encryption-aws-kms-key-id") == "alias/evidence")
            #expect(head.headers.first(name: "content-type") == "text/csv")
            try await withFile(Array("a,c\n".utf8)) { file in
                let refused = await #expect(throws: StorageError.self) {
                    try await store.put(file: file, to: location, as: csv)
                }
                #expect(refused?.code == "PreconditionFailed")
                let kept = try await server.object(path)
                #expect(kept == Array("a,b\n".utf8))
                var replacing = csv
                replacing.replaces = true
                let replaced = try await store.put(file: file, to: location, as: replacing)
                #expect(replaced == .written)
                let present = try await server.object(path)
                #expect(present == Array("a,c\n".utf8))
            }
        }
    }

    @Test("a large file in parts, through refusals and lost answers of every kind of request") func parts() async throws
    {
        let bytes = random(2 * Self.part + 12_345, seed: 7)
        try await StoreServer.with { server in
            try await server.request("PUT", "/acme")
            // Every request is refused once and its second answer lost, but those that begin: two uploads would be begun.
            let way = FaultyWay(to: server) { request, number in
                if number == 0 { return .refused(503, code: "SlowDown") }
                return number == 1 && !request.hasPrefix("POST /acme/patching/2026-11/eu%20west%2B1.csv?uploads")
                    ? .answerLost : nil
            }
            try await way.open { url in
                try await self.withFile(bytes) { file in
                    let store = try self.store(at: url)
                    let written = try await store.put(file: file, to: self.location, as: self.csv)
                    #expect(written == .written)
                    let again = try await store.put(file: file, to: self.location, as: self.csv)
                    #expect(again == .present)
                }
            }
            let stored = try await server.object(path)
            #expect(stored == bytes)
        }
    }

    @Test("an upload that was broken off is gone on with: parts that came there are not sent again") func resumed()
        async throws
    {
        let bytes = random(3 * Self.part, seed: 9)
        try await StoreServer.with { server in
            try await server.request("PUT", "/acme")
            let cut = FaultyWay(to: server) { request, _ in
                request.contains("partNumber=3") ? .refused(500, code: "InternalError") : nil
            }
            try await self.withFile(bytes) { file in
                try await cut.open { url in
                    let store = try self.store(at: url)
                    let error = await #expect(throws: StorageError.self) {
                        try await store.put(file: file, to: self.location, as: self.csv)
                    }
                    #expect(error?.status == 500)
                }
                #expect(cut.requests.count { $0.contains("partNumber=3") } == S3Connection.attempts)
                let mended = FaultyWay(to: server) { _, _ in nil }
                try await mended.open { url in
                    let written = try await self.store(at: url).put(file: file, to: self.location, as: self.csv)
                    #expect(written == .written)
                }
                #expect(mended.requests.filter { $0.hasPrefix("PUT") }.count == 1)
                #expect(mended.requests.contains { $0.hasPrefix("PUT") && $0.contains("partNumber=3") })
            }
            let stored = try await server.object(path)
            #expect(stored == bytes)
        }
    }

    @Test("a lock that was asked for is there, or it is an error") func lock() async throws {
        try await StoreServer.with { server in
            try await server.request("PUT", "/acme", headers: [("x-amz-bucket-object-lock-enabled", "true")])
            try await server.request("PUT", "/open")
            let store = try store(at: server.url)
            let until = try #require(Timestamp(iso8601: "2033-11-26T16:00:00Z"))
            var locked = csv
            locked.lock = .init(mode: .compliance, until: until)
            try await withFile(Array("proof".utf8)) { file in
                let written = try await store.put(file: file, to: location, as: locked)
                #expect(written == .written)
                let again = try await store.put(file: file, to: location, as: locked)
                #expect(again == .present)
                locked.lock?.until = until + .seconds(86_400)
                let shorter = await #expect(throws: StorageError.self) {
                    try await store.put(file: file, to: location, as: locked)
                }
                #expect(shorter?.code == "ObjectNotLocked")
                await #expect(throws: StorageError.self) {
                    try await store.put(file: file, to: S3Location(bucket: "open", key: "file"), as: locked)
                }
            }
            let head = try await server.request("HEAD", path)
            #expect(head.headers.first(name: "x-amz-object-lock-mode") == "COMPLIANCE")
        }
    }

    @Test("an upload in parts that is gone on with keeps the lock and the encryption that it was begun with")
    func keptInParts() async throws {
        let bytes = random(3 * Self.part, seed: 11)
        let until = try #require(Timestamp(iso8601: "2033-11-26T16:00:00Z"))
        var options = csv
        options.encryption = .aes256
        options.lock = .init(mode: .compliance, until: until)
        let kept = options
        options.lock?.until = until + .seconds(86_400)
        let longer = options
        try await StoreServer.with { server in
            try await server.request("PUT", "/acme", headers: [("x-amz-bucket-object-lock-enabled", "true")])
            // The third part's first sending fails until its attempts are used up.
            let way = FaultyWay(to: server) { request, number in
                request.contains("partNumber=3") && number < S3Connection.attempts
                    ? .refused(500, code: "InternalError") : nil
            }
            @Sendable func put(_ file: String, _ options: ObjectOptions, _ key: String, by url: String) async throws
                -> ObjectStore.Outcome
            {
                let location = S3Location(bucket: "acme", key: key)
                return try await self.store(at: url).put(file: file, to: location, as: options)
            }
            try await self.withFile(bytes) { file in
                try await way.open { url in
                    for key in ["same", "longer", "open"] {
                        let begun = key == "open" ? self.csv : kept
                        let cut = await #expect(throws: StorageError.self) { try await put(file, begun, key, by: url) }
                        #expect(cut?.status == 500)
                    }
                    let written = try await put(file, kept, "same", by: url)
                    #expect(written == .written)
                    #expect(way.requests.count { $0.contains("/same?partNumber=1") } == 1)
                    let shorter = await #expect(throws: StorageError.self) {
                        try await put(file, longer, "longer", by: url)
                    }
                    #expect(shorter?.code == "ObjectNotLocked")
                    let bare = await #expect(throws: StorageError.self) { try await put(file, kept, "open", by: url) }
                    #expect(bare?.code == "ObjectNotEncrypted")
                }
            }
            let head = try await server.request("HEAD", "/acme/same")
            #expect(head.headers.first(name: "x-amz-server-side-encryption") == "AES256")
        }
    }

    @Test("a refusal that will not pass is not asked again, and says what to do") func refused() async throws {
        try await StoreServer.with { server in
            let way = FaultyWay(to: server) { _, _ in .refused(403, code: "AccessDenied") }
            try await way.open { url in
                try await self.withFile([1]) { file in
                    let error = await #expect(throws: StorageError.self) {
                        try await self.store(at: url).put(file: file, to: self.location, as: self.csv)
                    }
                    #expect(error?.description.contains("AccessDenied") == true)
                    #expect(error?.description.contains(self.location.description) == true)
                }
            }
            #expect(way.requests.count == 1)
        }
    }
}
