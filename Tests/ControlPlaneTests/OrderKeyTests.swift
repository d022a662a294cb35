import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Crypto
import FoundationEssentials
import HostAgent
import Synchronization
import TestSupport
import Testing
import Time

/// The control plane's files against the agent's keyring.
@Suite("The change of an order key")
struct OrderKeyTests {
    @Test("Three steps lead from one key to the next, each says what it found, and none is out of order")
    func steps() throws {
        try withFolder { folder in
            let files = OrderKeyFiles(path: folder + "/order.key")
            try files.prepare()
            let first = try files.load().key.publicKey
            #expect(try files.status() == OrderKeyStatus(version: 0, signing: first, next: nil, valid: [first]))
            #expect(throws: OrderKeyRefusal.noNextKey) { try files.activate() }
            #expect(throws: OrderKeyRefusal.nothingToWithdraw) { try files.withdraw() }

            let rotated = try files.rotate()
            let next = try #require(rotated.next)
            #expect(rotated == OrderKeyStatus(version: 1, signing: first, next: next, valid: [first, next]))
            #expect(try files.rotate() == rotated, "once more is no more")
            #expect(throws: OrderKeyRefusal.notActivated) { try files.withdraw() }

            let valid = [first, next]
            #expect(try files.activate() == OrderKeyStatus(version: 1, signing: next, next: nil, valid: valid))
            #expect(throws: OrderKeyRefusal.formerIsValid) { try files.rotate() }
            #expect(try files.withdraw() == OrderKeyStatus(version: 2, signing: next, next: nil, valid: [next]))
            #expect(try files.rotate().version == 3)
        }
    }

    @Test("A crash before any write leaves a key that every agent takes orders of, and the step can be taken again")
    func crashes() throws {
        let writes: [OrderKeyFiles.Write] = [.nextKey, .bothValid, .exchange, .oneValid]
        for write in writes {
            try withFolder { folder in
                let fresh = OrderKeyFiles(path: folder + "/order.key")
                try fresh.prepare()
                let first = try fresh.load().key
                let faithful = try keyring(folder + "/faithful", first)
                let strike = Strike()
                let failing = OrderKeyFiles(path: folder + "/order.key") { next in
                    guard next == write else { return }
                    strike.isDone.store(true, ordering: .relaxed)
                    throw Crash()
                }
                let steps: [(OrderKeyFiles) throws -> OrderKeyStatus] = [
                    { try $0.rotate() }, { try $0.activate() }, { try $0.withdraw() },
                ]
                for step in steps {
                    do { _ = try step(failing) } catch is Crash {
                        let files = OrderKeyFiles(path: folder + "/order.key")
                        try expectTaken(files, faithful, "\(write), before it is taken again")
                        _ = try step(files)
                    }
                    let files = OrderKeyFiles(path: folder + "/order.key")
                    try expectTaken(files, faithful, "\(write), who heard of every step")
                    try expectTaken(files, try keyring(folder + "/away", first), "\(write), who was away")
                    try FileManager.default.removeItem(atPath: folder + "/away")
                }
                let wasReached = strike.isDone.load(ordering: .relaxed)
                #expect(wasReached, "\(write) was never reached")
                #expect(faithful.version == 2)
                #expect(!takes(faithful, try first.seal(order)), "the former key is withdrawn")
            }
        }
    }

    @Test("A server follows the files, and keeps what it has read while they cannot be read")
    func follows() throws {
        try withFolder { folder in
            let files = OrderKeyFiles(path: folder + "/order.key")
            let keys = try OrderKeys(files: files)
            #expect(try keys.version == nil && !keys.reload())
            let next = try files.rotate().next
            #expect(try keys.reload() && keys.version == 1 && keys.publicKey != next)
            _ = try files.activate()
            #expect(try keys.reload() && keys.publicKey == next)
            try Data("[".utf8).write(to: URL(filePath: folder + "/order.key.statements"))
            #expect(throws: KeyFileError.malformedStatements(file: folder + "/order.key.statements")) {
                try keys.reload()
            }
            #expect(keys.version == 1 && keys.publicKey == next)
        }
    }

    @Test("Only a server's first start makes a key: while its file is missing nothing else does, and the former signs")
    func missing() throws {
        try withFolder { folder in
            let files = OrderKeyFiles(path: folder + "/order.key")
            let missing = KeyFileError.missing(file: files.path)
            for step in [files.status, files.rotate, files.activate, files.withdraw] {
                #expect(throws: missing) { try step() }
            }
            let keys = try OrderKeys(files: files)
            let key = keys.publicKey
            try FileManager.default.removeItem(atPath: files.path)
            #expect(throws: missing) { try keys.reload() }
            #expect(keys.publicKey == key)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)

            _ = try (OrderKeys(files: files), files.rotate())
            try FileManager.default.removeItem(atPath: files.path)
            #expect(throws: missing, "there was one, which agents trust") { try OrderKeys(files: files) }
        }
    }

    @Test("A key that agents do not trust any more is not used, and the error says what to do")
    func olderKey() throws {
        try withFolder { folder in
            let files = OrderKeyFiles(path: folder + "/order.key")
            try files.prepare()
            let former = try files.load().key.base64
            _ = try (files.rotate(), files.activate(), files.withdraw())
            try Data(former.utf8).write(to: URL(filePath: folder + "/order.key"))
            let error = #expect(throws: KeyFileError.self) { try files.load() }
            #expect(error?.description.contains("restore both from the same backup") == true)
        }
    }

    @Test("An agent hears of the change with its order, and of what there is to know when it asks")
    func delivered() async throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        let files = OrderKeyFiles(path: folder + "/order.key")
        try await TestDeployment.with { deployment in
            let keys = try OrderKeys(files: files)
            try await deployment.with(orderKeys: keys).serve { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                let agent = try #require(fleet.agents.first)
                let keyring = try keyring(folder + "/agent", try files.load().key)
                _ = try (files.rotate(), files.activate(), keys.reload())
                _ = try await controlPlane.startCycle()
                let agents = controlPlane.services.agents
                let envelope = try #require(try await agents.nextOrder(for: agent.node, wait: .seconds(60)))
                #expect(envelope.keyVersion == 1)
                #expect(!takes(keyring, envelope), "it is signed by the next key")
                #expect(try keyring.learn(agents.orderKeyHistory))
                #expect(takes(keyring, envelope))
            }
        }
    }

    // MARK: - Given

    private struct Crash: Error {}

    private final class Strike: Sendable { let isDone = Atomic(false) }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        try body(folder)
    }

    private var order: Order {
        let moment = Timestamp(microseconds: 1)
        let window = Order.Window(opens: moment, cutoff: moment, closes: moment)
        return Order(
            id: "c/early#0#1",
            node: "mi-1",
            cycle: "c",
            rollout: "c/early",
            issued: moment,
            expires: moment,
            window: window,
            work: .scan
        )
    }

    private func keyring(_ file: String, _ key: OrderSigningKey) throws -> OrderKeyring {
        try OrderKeyring(file: file, enrolled: [key.publicKey])
    }

    private func takes(_ keyring: OrderKeyring, _ envelope: OrderEnvelope) -> Bool {
        guard let signature = Data(base64Encoded: envelope.signature) else { return false }
        return keyring.keys.contains { $0.isValidSignature(signature, for: Data(envelope.signedBytes)) }
    }

    /// As a server of this moment delivers an order, and an agent judges it.
    private func expectTaken(_ files: OrderKeyFiles, _ keyring: OrderKeyring, _ what: Comment) throws {
        let keys = try OrderKeys(files: files)
        if (keys.version ?? 0) > keyring.version { _ = try keyring.learn(keys.history) }
        #expect(takes(keyring, try files.load().key.seal(order)), what)
    }
}
