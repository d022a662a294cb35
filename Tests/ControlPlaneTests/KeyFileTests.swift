import AgentProtocol
import ControlPlane
import Crypto
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Time

@Suite("Secrets in files")
struct KeyFileTests {
    private func withFile(_ body: (_ path: String) throws -> Void) throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        try body(folder + "/order.key")
    }

    @Test("A secret is made once, for its owner's eyes")
    func madeOnce() throws {
        try withFile { path in
            #expect(try SecretFile.load(path) == nil)
            #expect(try SecretFile.loadOrCreate(path) { "first" } == "first")
            #expect(try SecretFile.loadOrCreate(path) { "second" } == "first")
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            let folder = String(path.dropLast("/order.key".count))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files == ["order.key"], "nothing is left beside it")
        }
    }

    @Test("A secret that others can read is not used, and the error says what to do")
    func readableByOthers() throws {
        try withFile { path in
            _ = try SecretFile.loadOrCreate(path) { "secret" }
            #expect(chmod(path, 0o640) == 0)
            let error = #expect(throws: KeyFileError.readableByOthers(file: path)) { try SecretFile.load(path) }
            #expect(error?.description == "\(path) can be read by other users; run: chmod 600 \(path)")
        }
    }

    @Test("An empty file and one that is not text hold no secret", arguments: [[], [0xff, 0xfe]] as [[UInt8]])
    func noSecret(bytes: [UInt8]) throws {
        try withFile { path in
            try Data(bytes).write(to: URL(filePath: path))
            #expect(chmod(path, 0o600) == 0)
            #expect(throws: KeyFileError.unreadable(file: path, reason: "it is empty or not text")) {
                try SecretFile.load(path)
            }
        }
    }

    @Test("An order key is read back as it was written")
    func orderKey() throws {
        let key = OrderSigningKey()
        let again = try OrderSigningKey(base64: key.base64, file: "order.key")
        #expect(again.publicKey == key.publicKey)
        #expect(OrderSigningKey().publicKey != key.publicKey)
    }

    @Test("What is not a key is refused with the file's name", arguments: ["", "AAAA", "not base64!"])
    func malformedKey(text: String) {
        #expect(throws: KeyFileError.malformed(file: "/data/order.key")) {
            try OrderSigningKey(base64: text, file: "/data/order.key")
        }
    }

    @Test("A sealed order is its order, signed over the payload's exact bytes")
    func sealed() throws {
        let key = OrderSigningKey()
        let moment = Timestamp(microseconds: 1)
        let order = Order(
            id: "c/early#0#1",
            node: "mi-1",
            cycle: "c",
            rollout: "c/early",
            issued: moment,
            expires: moment,
            window: Order.Window(opens: moment, cutoff: moment, closes: moment),
            work: .scan
        )
        let envelope = try key.seal(order)
        #expect(try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8)) == order)
        let publicKey = try Curve25519.Signing.PublicKey(
            rawRepresentation: try #require(Data(base64Encoded: key.publicKey))
        )
        let signature = try #require(Data(base64Encoded: envelope.signature))
        #expect(publicKey.isValidSignature(signature, for: envelope.signedBytes))
        var tampered = envelope
        tampered.payload = envelope.payload.replacing("mi-1", with: "mi-2")
        #expect(!publicKey.isValidSignature(signature, for: tampered.signedBytes))
    }
}
