import AgentProtocol
import Crypto
import Foundation
import HostAgent
import Testing

@Suite("The order keyring")
struct OrderKeyringTests {
    private let folder: TemporaryFolder
    private let first = OrderSigner()
    private let second = OrderSigner()
    private let third = OrderSigner()

    init() throws { folder = try TemporaryFolder() }

    @Test("goes from key to key by statements that a trusted key signed, however many it missed")
    func chain() throws {
        let history = OrderKeyHistory(statements: [
            try first.state(1, [first, second]), try second.state(2, [second]), try second.state(3, [second, third]),
            try third.state(4, [third]),
        ])
        let keyring = try keyring()
        #expect(keyring.version == 0)
        #expect(try keyring.learn(OrderKeyHistory(statements: [history.statements[0]])))
        #expect(keyring.version == 1 && trusts(keyring, first) && trusts(keyring, second))
        #expect(try keyring.learn(history))
        #expect(keyring.version == 4 && !trusts(keyring, first) && !trusts(keyring, second) && trusts(keyring, third))
        #expect(try !keyring.learn(history), "nothing is new")
    }

    @Test("is after a restart what it was before, and never goes back")
    func persisted() throws {
        let history = OrderKeyHistory(statements: [try first.state(1, [first, second]), try second.state(2, [second])])
        #expect(try keyring().learn(history))
        let again = try keyring()
        #expect(again.version == 2 && !trusts(again, first) && trusts(again, second))
        let older = OrderKeyHistory(statements: [history.statements[0], try second.state(1, [first, second])])
        #expect(try !again.learn(older))
        #expect(try !again.learn(OrderKeyHistory(statements: [try first.state(9, [first])])), "it was withdrawn")
        #expect(again.version == 2)
    }

    @Test("passes over statements that no trusted key signed, that were changed, or that say nothing")
    func forged() throws {
        var changed = try first.state(1, [first, second])
        changed.payload = changed.payload.replacing("\"version\":1", with: "\"version\":7")
        let thief = OrderSigner()
        let statements = [
            changed, try thief.state(1, [thief]), try first.state(1, []), try first.state(0, [second]),
            try first.state(1, [first, second, third]), OrderKeyEnvelope(payload: "{", signature: "?"),
            try first.sign(statement: #"{"version":1,"keys":["short"]}"#),
        ]
        let keyring = try keyring()
        for statement in statements {
            #expect(try !keyring.learn(OrderKeyHistory(statements: [statement])), "\(statement)")
        }
        #expect(keyring.version == 0 && trusts(keyring, first) && !trusts(keyring, thief))
    }

    @Test("an order's signature is no statement's, and the other way round")
    func contexts() throws {
        let statement = try first.state(1, [second])
        let asOrder = try first.sign(payload: statement.payload)
        let history = OrderKeyHistory(statements: [
            OrderKeyEnvelope(payload: asOrder.payload, signature: asOrder.signature)
        ])
        #expect(try !keyring().learn(history))
    }

    @Test("changes nothing when it cannot be kept, and says what is in the way of a damaged file")
    func disk() throws {
        let keyring = try OrderKeyring(file: folder.path + "/missing/order-keys.json", enrolled: [first.publicKey])
        let history = OrderKeyHistory(statements: [try first.state(1, [second])])
        #expect(throws: FileFailure.self) { try keyring.learn(history) }
        #expect(keyring.version == 0 && trusts(keyring, first))
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.path + "/order-keys.json"))
        let failure = #expect(throws: AgentFailure.self) { try self.keyring() }
        #expect(failure?.description.contains("order-keys.json does not read") == true)
    }

    // MARK: - Given

    private func keyring() throws -> OrderKeyring {
        try OrderKeyring(file: folder.path + "/order-keys.json", enrolled: [first.publicKey])
    }

    private func trusts(_ keyring: OrderKeyring, _ signer: OrderSigner) -> Bool {
        keyring.keys.contains { $0.rawRepresentation == signer.key.publicKey.rawRepresentation }
    }
}
