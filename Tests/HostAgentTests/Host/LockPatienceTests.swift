import AgentProtocol
import Testing

@testable import HostAgent

@Suite("Waiting for a lock")
struct LockPatienceTests {
    @Test(
        "counts what the attempts take, and begins none when the time is over",
        arguments: [(60, 2), (40, 1), (0, 0)]
    )
    func limit(seconds: Int, attempts: Int) async {
        let clock = InstantClock()
        var count = 0
        let failure = await #expect(throws: StepFailure.self) {
            let patience = LockPatience(clock: clock)
            try await patience.retrying(within: .seconds(seconds)) { () async throws(StepFailure) in
                count += 1
                // A sleep on this clock is cancelled with the test alone.
                do { try await clock.sleep(for: .seconds(40)) } catch { throw StepFailure(.interrupted, "\(error)") }
                throw StepFailure(.lock, "process 1 holds it")
            }
        }
        #expect(count == attempts)
        #expect(failure?.kind == (attempts > 0 ? .lock : .windowClosed))
    }
}
