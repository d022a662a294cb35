package import AgentProtocol
package import Logging
import PatchStreams
import Synchronization

/// The order key as it is now, and what agents are told of its changes.
package final class OrderKeys: Sendable {
    /// How often the files are looked at.
    private static let interval = Duration.seconds(5)

    private enum Holder {
        case server(OrderSigningKey)
        case program(ExternalOrderKey)

        var publicKey: String {
            switch self {
            case .server(let key): key.publicKey
            case .program(let key): key.publicKey
            }
        }
    }

    private struct State {
        var holder: Holder
        var history: OrderKeyHistory
        var version: Int
    }

    private let files: OrderKeyFiles?
    private let state: Mutex<State>

    /// One that never changes.
    package init(_ key: OrderSigningKey) {
        files = nil
        state = Mutex(State(holder: .server(key), history: OrderKeyHistory(), version: 0))
    }

    /// One that another program holds: its changes are that program's business, and agents are told of none.
    package init(_ key: ExternalOrderKey) {
        files = nil
        state = Mutex(State(holder: .program(key), history: OrderKeyHistory(), version: 0))
    }

    /// One in files, made on first use and followed from then on.
    package init(files: OrderKeyFiles) throws {
        self.files = files
        try files.prepare()
        state = Mutex(try Self.state(of: files))
    }

    /// What agents pin when they enrol: the raw 32 bytes of the public key, base64.
    package var publicKey: String { state.withLock { $0.holder.publicKey } }
    package var history: OrderKeyHistory { state.withLock { $0.history } }
    /// Of the newest statement; nil while there is none.
    package var version: Int? {
        state.withLock { $0.version > 0 ? $0.version : nil }
    }

    /// The order as it is stored: signed, or sealed for those who deliver it.
    func seal(_ order: Order) throws -> OrderEnvelope {
        switch state.withLock({ $0.holder }) {
        case .server(let key): try key.seal(order)
        case .program(let key): key.seal(try PlainOrder.payload(of: order))
        }
    }

    /// A stored order as its node gets it.
    ///
    /// - Throws: ``Problem`` 503 when there is no signature to be had now.
    func delivered(_ stored: OrderEnvelope) async throws -> OrderEnvelope {
        let (holder, version) = state.withLock { ($0.holder, $0.version) }
        var envelope = stored
        if case .program(let key) = holder { envelope = try await key.signed(stored) }
        envelope.keyVersion = version > 0 ? version : nil
        return envelope
    }

    /// Reads the files again.
    ///
    /// - Returns: whether anything changed.
    package func reload() throws -> Bool {
        guard let files else { return false }
        let new = try Self.state(of: files)
        return state.withLock { state in
            guard new.holder.publicKey != state.holder.publicKey || new.history != state.history else { return false }
            state = new
            return true
        }
    }

    /// Follows the files until the task is cancelled; what it has read counts until it can read them again.
    package func run(logger: Logger) async {
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            do {
                guard try reload() else { continue }
                let metadata: Logger.Metadata = ["key": "\(publicKey)", "version": "\(version ?? 0)"]
                logger.notice("order keys changed", metadata: metadata)
            } catch {
                logger.error(
                    "the order key's files cannot be read; the keys of before count",
                    metadata: ["error": "\(error)"]
                )
            }
        }
    }

    private static func state(of files: OrderKeyFiles) throws -> State {
        let (key, history, last) = try files.load()
        return State(holder: .server(key), history: history, version: last.version)
    }
}
