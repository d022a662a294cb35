import HostAgent
import Testing

@Suite("The clock whose waits leave nothing behind", .timeLimit(.minutes(10)))
struct QuietClockTests {
    @Test("waits as long as it is to, and no time for what is past")
    func time() async throws {
        let clock = QuietClock()
        let start = clock.now
        try await clock.sleep(for: .milliseconds(20))
        #expect(start.duration(to: clock.now) >= .milliseconds(20))
        try await clock.sleep(until: start, tolerance: nil)
        try await clock.sleep(for: .seconds(-1))
    }

    @Test("ends a wait that is cancelled, however long it is", arguments: [3_600, Int64.max / 1_000_000_000])
    func cancelled(seconds: Int64) async {
        let wait = Task { try await QuietClock().sleep(for: .seconds(seconds)) }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }
}
