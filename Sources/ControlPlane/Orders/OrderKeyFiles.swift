package import AgentProtocol
import FoundationEssentials
import PatchStreams

/// The order key's file, and beside it the next key while it is being changed, and every statement that agents are told.
///
/// A change takes three steps, each of which may be taken again after a crash: ``rotate()``, ``activate()``, ``withdraw()``.
/// Between any two of their writes the key that signs is one that every agent trusts, or learns of by the statements.
package struct OrderKeyFiles: Sendable {
    /// What a change writes, in order.
    package enum Write: String, Sendable { case nextKey, bothValid, exchange, oneValid }

    /// Most bytes of the statements' file.
    private static let maximumBytes = 1 << 20

    /// The file of the key that signs.
    package let path: String
    private let willWrite: @Sendable (Write) throws -> Void

    private var nextPath: String { path + ".next" }
    private var statementsPath: String { path + ".statements" }

    /// - Parameter willWrite: is told before each write; for tests of crashes.
    package init(path: String, willWrite: @escaping @Sendable (Write) throws -> Void = { _ in }) {
        self.path = path
        self.willWrite = willWrite
    }

    /// Makes the first key, unless there is one or statements tell that there was: for a server's start alone.
    package func prepare() throws {
        guard try history().statements.isEmpty else { return }
        _ = try SecretFile.loadOrCreate(path) { OrderSigningKey().base64 }
    }

    /// The key that signs, and what was said of it.
    ///
    /// - Throws: ``KeyFileError`` for a key that is missing and for files that do not belong together, too.
    package func load() throws -> (key: OrderSigningKey, history: OrderKeyHistory, last: OrderKeyStatement) {
        guard let text = try SecretFile.load(path) else { throw KeyFileError.missing(file: path) }
        let key = try OrderSigningKey(base64: text, file: path)
        let history = try history()
        let last = try lastStatement(of: history) ?? OrderKeyStatement(version: 0, keys: [key.publicKey])
        guard last.keys.contains(key.publicKey) else {
            throw KeyFileError.withdrawn(file: path, statements: statementsPath)
        }
        return (key, history, last)
    }

    package func status() throws -> OrderKeyStatus {
        let (key, _, last) = try load()
        return OrderKeyStatus(
            version: last.version,
            signing: key.publicKey,
            next: try nextKey()?.publicKey,
            valid: last.keys
        )
    }

    /// Makes the next key, and has agents trust it beside the present one.
    package func rotate() throws -> OrderKeyStatus {
        let before = try status()
        guard before.next != nil || before.valid.count == 1 else { throw OrderKeyRefusal.formerIsValid }
        try willWrite(.nextKey)
        let text = try SecretFile.loadOrCreate(nextPath) { OrderSigningKey().base64 }
        let next = try OrderSigningKey(base64: text, file: nextPath)
        if !before.valid.contains(next.publicKey) {
            try willWrite(.bothValid)
            try state([before.signing, next.publicKey])
        }
        return try status()
    }

    /// Has the next key sign; what the former has signed stays valid.
    package func activate() throws -> OrderKeyStatus {
        let before = try status()
        guard let next = before.next else { throw OrderKeyRefusal.noNextKey }
        guard before.valid.contains(next) else { throw OrderKeyRefusal.unstated }
        try willWrite(.exchange)
        try SecretFile.move(nextPath, to: path)
        return try status()
    }

    /// Takes every key but the one that signs out of trust.
    package func withdraw() throws -> OrderKeyStatus {
        let before = try status()
        guard before.next == nil else { throw OrderKeyRefusal.notActivated }
        guard before.valid.count > 1 else { throw OrderKeyRefusal.nothingToWithdraw }
        try willWrite(.oneValid)
        try state([before.signing])
        return try status()
    }

    // MARK: - Steps

    private func nextKey() throws -> OrderSigningKey? {
        try SecretFile.load(nextPath).map { try OrderSigningKey(base64: $0, file: nextPath) }
    }

    private func history() throws -> OrderKeyHistory {
        guard FileManager.default.fileExists(atPath: statementsPath) else { return OrderKeyHistory() }
        do {
            let data = try Data(contentsOf: URL(filePath: statementsPath))
            guard data.count <= Self.maximumBytes else { throw KeyFileError.malformedStatements(file: statementsPath) }
            return try JSONDecoder().decode(OrderKeyHistory.self, from: data)
        } catch is DecodingError {
            throw KeyFileError.malformedStatements(file: statementsPath)
        }
    }

    private func lastStatement(of history: OrderKeyHistory) throws -> OrderKeyStatement? {
        guard let payload = history.statements.last?.payload else { return nil }
        do {
            return try DomainJSON.decode(OrderKeyStatement.self, from: payload)
        } catch {
            throw KeyFileError.malformedStatements(file: statementsPath)
        }
    }

    /// Adds a statement, signed by the key that signs orders.
    private func state(_ keys: [String]) throws {
        let (key, history, last) = try load()
        guard history.statements.count < OrderKeyHistory.maximumCount else { throw OrderKeyRefusal.tooMany }
        let statement = OrderKeyStatement(version: last.version + 1, keys: keys)
        let statements = try history.statements + [key.sign(statement)]
        try SecretFile.replace(statementsPath, with: try DomainJSON.encode(OrderKeyHistory(statements: statements)))
    }
}

/// Where the change of an order key stands.
package struct OrderKeyStatus: Codable, Equatable, Sendable {
    /// Of the last statement; 0 before the first.
    package var version: Int
    /// The public key, in base64, whose private half signs.
    package var signing: String
    /// The one that has been made and does not sign yet.
    package var next: String?
    /// All that agents trust.
    package var valid: [String]

    package init(version: Int, signing: String, next: String?, valid: [String]) {
        self.version = version
        self.signing = signing
        self.next = next
        self.valid = valid
    }
}

/// A step of an order key's change that is not the next.
package enum OrderKeyRefusal: Error, Equatable, CustomStringConvertible {
    case formerIsValid, noNextKey, unstated, notActivated, nothingToWithdraw, tooMany

    package var description: String {
        switch self {
        case .formerIsValid:
            "the key of before is still valid; run ringmaster order-key withdraw, then rotate"
        case .noNextKey: "there is no next order key; run ringmaster order-key rotate first"
        case .unstated: "agents were not told of the next order key; run ringmaster order-key rotate again"
        case .notActivated:
            "the next order key does not sign yet; run ringmaster order-key activate, then withdraw"
        case .nothingToWithdraw: "one order key is valid, the one that signs; there is none to withdraw"
        case .tooMany:
            "the order key was changed \(OrderKeyHistory.maximumCount / 2) times, which is all that agents follow"
        }
    }
}
