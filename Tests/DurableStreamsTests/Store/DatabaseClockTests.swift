import DurableStreams
import Postgres
import Synchronization
import Testing
import Time

@Suite("The database's clock", .timeLimit(.minutes(10)))
struct DatabaseClockTests {
    private struct NoAnswer: Error {}

    /// Years from any clock of this machine.
    private static let future = Timestamp(microseconds: 4_000_000_000_000_000)
    private static let hour = Duration.seconds(3_600)

    @Test("is what the database says, whatever the machine's shows, and goes on when the database is silent")
    func reading() async throws {
        let answer = Mutex<Timestamp?>(Self.future)
        let clock = try await DatabaseClock {
            guard let time = answer.withLock({ $0 }) else { throw NoAnswer() }
            return time
        }
        let first = clock.now
        #expect(first >= Self.future && first < Self.future + Self.hour)
        #expect(clock.now >= first)
        answer.withLock { $0 = nil }
        await #expect(throws: NoAnswer.self) { try await clock.refresh() }
        #expect(clock.now >= first)
        // Set back.
        answer.withLock { $0 = Self.future - .seconds(86_400) }
        try await clock.refresh()
        #expect(clock.now < Self.future)
    }

    @Test("is read from PostgreSQL")
    func postgres() async throws {
        try await withPostgresStore { _, client in
            let before: Timestamp = try await client.query(.unprepared("SELECT clock_timestamp()")).one().get(0)
            let clock = try await DatabaseClock(client: client)
            #expect(clock.now >= before)
        }
    }
}
