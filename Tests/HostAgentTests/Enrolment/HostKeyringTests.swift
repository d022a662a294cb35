import AgentProtocol
import Foundation
import HostAgent
import Testing
import Time

@Suite("A host's keys")
struct HostKeyringTests {
    private struct Cut: Error {}

    /// The keys that a control plane believes of a node.
    private final class Believed: @unchecked Sendable {
        private(set) var present: String
        private(set) var next: String?

        init(_ key: String) { present = key }

        func offer(_ change: KeyChange) { next = change.publicKey }

        /// Whether a request that the key signs is taken.
        func takes(_ key: String) -> Bool {
            if key == next { (present, next) = (key, nil) }
            return key == present
        }
    }

    private let folder: TemporaryFolder
    private let state: StateFolder
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        state = StateFolder(folder.path)
    }

    /// The agent after a start.
    private func keyring() throws -> HostKeyring {
        HostKeyring(try #require(try HostKey.read(at: state.keyFile)), state: state)
    }

    @Test("are changed: another signs from then on, and nothing of the change is left")
    func change() async throws {
        let first = try HostKey.readOrMake(at: state.keyFile)
        let believed = Believed(first.publicKey)
        let keyring = try keyring()
        try await keyring.rotate(node: Orders.node) { believed.offer($0) }
        #expect(keyring.current.publicKey != first.publicKey)
        #expect(believed.takes(keyring.current.publicKey))
        #expect(try HostKey.read(at: state.keyFile)?.publicKey == keyring.current.publicKey)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == ["agent.key", "agent.key.former"])
        for file in [state.keyFile, state.formerKeyFile] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("are announced again, by the one before, to a control plane that was brought back to before the change")
    func restored() async throws {
        let first = try HostKey.readOrMake(at: state.keyFile)
        try await keyring().offerAgain(at: now, node: Orders.node) { _, _ in Issue.record("there is none before it") }
        try await keyring().rotate(node: Orders.node) { _ in }
        let restored = Believed(first.publicKey)
        let keyring = try keyring()
        #expect(!restored.takes(keyring.current.publicKey))
        for seconds in [0, 60] {
            try await keyring.offerAgain(at: now + .seconds(seconds), node: Orders.node) { change, former in
                #expect(seconds == 0, "once an hour is enough")
                #expect(restored.takes(former.publicKey))
                restored.offer(change)
            }
        }
        #expect(restored.takes(keyring.current.publicKey))
    }

    /// Where an agent ends while it changes its key.
    enum End: CaseIterable {
        /// The next key is kept, and nobody knows it.
        case nextKept
        /// The control plane knows it; its answer did not come.
        case offered
        /// The next key is the host's, and has signed nothing yet; the wish for it is still there.
        case adopted
    }

    @Test("work at whatever moment the agent ends, and the change is gone on with", arguments: End.allCases)
    func ends(end: End) async throws {
        let first = try HostKey.readOrMake(at: state.keyFile)
        let believed = Believed(first.publicKey)
        try Data().write(to: URL(fileURLWithPath: state.keyRequestFile))
        do {
            try await keyring().rotate(node: Orders.node) { change in
                if end != .nextKept { believed.offer(change) }
                if end != .adopted { throw Cut() }
            }
            // As it was before the wish was seen to.
            try Data().write(to: URL(fileURLWithPath: state.keyRequestFile))
        } catch is Cut {
            #expect(end != .adopted)
        }
        let again = try keyring()
        #expect(believed.takes(again.current.publicKey))
        #expect(try again.isDue(at: now))
        try await again.rotate(node: Orders.node) { believed.offer($0) }
        #expect(believed.takes(try keyring().current.publicKey))
        #expect(try keyring().current.publicKey != first.publicKey)
    }

    @Test("are changed after 90 days, a tenth more or less, and when somebody asks for it")
    func due() async throws {
        let key = try HostKey.readOrMake(at: state.keyFile)
        let made = Date(timeIntervalSince1970: 1_800_000_000)
        try FileManager.default.setAttributes([.modificationDate: made], ofItemAtPath: state.keyFile)
        let keyring = HostKeyring(key, state: state)
        #expect(try !keyring.isDue(at: now + .seconds(80 * 86_400)))
        #expect(try keyring.isDue(at: now + .seconds(99 * 86_400)))
        try Data().write(to: URL(fileURLWithPath: state.keyRequestFile))
        #expect(try keyring.isDue(at: now))
    }

    @Test("are not tried to be changed again for an hour after that failed")
    func failure() async throws {
        _ = try HostKey.readOrMake(at: state.keyFile)
        try Data().write(to: URL(fileURLWithPath: state.keyRequestFile))
        let keyring = try keyring()
        var attempts = 0
        for seconds in [0, 60, 3_540, 3_660] {
            do {
                try await keyring.upkeep(at: now + .seconds(seconds), node: Orders.node) { _ in
                    attempts += 1
                    throw Cut()
                }
            } catch is Cut {}
        }
        #expect(attempts == 2)
    }
}
