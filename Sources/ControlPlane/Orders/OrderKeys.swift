package import AgentProtocol
package import Logging
import Synchronization

/// The order key as it is now, and what agents are told of its changes.
package final class OrderKeys: Sendable {
    /// How often the files are looked at.
    private static let interval = Duration.seconds(5)

    private struct State {
        var key: OrderSigningKey
        var history: OrderKeyHistory
        var version: Int
    }

    private let files: OrderKeyFiles?
    private let state: Mutex<State>

    /// One that never changes.
    package init(_ key: OrderSigningKey) {
        files = nil
        state = Mutex(State(key: key, history: OrderKeyHistory(), version: 0))
    }

    package init(files: OrderKeyFiles) throws {
        self.files = files
        state = Mutex(try Self.state(of: files))
    }

    package var key: OrderSigningKey { state.withLock { $0.key } }
    package var history: OrderKeyHistory { state.withLock { $0.history } }
    /// Of the newest statement; nil while there is none.
    package var version: Int? {
        state.withLock { $0.version > 0 ? $0.version : nil }
    }

    /// Reads the files again.
    ///
    /// - Returns: whether anything changed.
    package func reload() throws -> Bool {
        guard let files else { return false }
        let new = try Self.state(of: files)
        return state.withLock { state in
            guard new.key.publicKey != state.key.publicKey || new.history != state.history else { return false }
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
                let metadata: Logger.Metadata = ["key": "\(key.publicKey)", "version": "\(version ?? 0)"]
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
        return State(key: key, history: history, version: last.version)
    }
}
