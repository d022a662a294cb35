package import Logging
package import Postgres
import Synchronization
package import Time

/// The database's clock between two looks at it: what engines decide by, and what is compared with times that they have written.
///
/// Servers on machines whose clocks differ agree on it, and so do the times in the log, in the inboxes and in what people are shown.
package final class DatabaseClock: Sendable {
    private struct Reading {
        var time: Timestamp
        /// When that was learned, by a clock that nobody sets.
        var at: ContinuousClock.Instant
    }

    /// How often the database is asked: so long a clock that was set there goes unnoticed.
    private static let interval = Duration.seconds(10)

    private static let longestAnswer = Duration.seconds(1)

    private let ask: @Sendable () async throws -> Timestamp
    private let reading: Mutex<Reading>

    /// Asks once.
    package convenience init(client: PostgresClient) async throws {
        try await self.init { try await client.query(Self.readSQL()).one().get(0) }
    }

    package init(_ ask: @escaping @Sendable () async throws -> Timestamp) async throws {
        self.ask = ask
        reading = Mutex(Reading(time: try await ask(), at: .now))
    }

    package var now: Timestamp {
        let reading = reading.withLock { $0 }
        return reading.time + (ContinuousClock.now - reading.at)
    }

    /// Asks again; what was known goes on when nobody answers.
    package func refresh() async throws {
        let asked = ContinuousClock.now
        let time = try await ask()
        // An answer that was long on its way tells little, and what is known goes on well.
        guard ContinuousClock.now - asked < Self.longestAnswer else { return }
        reading.withLock { $0 = Reading(time: time, at: asked) }
    }

    /// Asks again and again until the task is cancelled.
    package func run(logger: Logger) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            do { try await refresh() } catch {
                logger.debug("the database's clock cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }

    // In the catalogue's schema: whoever may make functions must not make this one.
    private static let readSQL = SQL("database_clock", "SELECT pg_catalog.clock_timestamp()")
}
