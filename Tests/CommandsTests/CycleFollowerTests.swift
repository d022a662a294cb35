import AgentProtocol
import Client
import Commands
import ReadModels
import Synchronization
import Testing

struct CycleFollowerTests {
    private let away = ClientError.unreachable(server: "http://a", reason: "no answer within 60 seconds")

    @Test("A control plane that restarts is waited for: no connection, and answers that it cannot work yet")
    func restarts() async throws {
        let clock = StepClock()
        let looks = Mutex(0)
        let follower = CycleFollower(interval: .seconds(1)) {
            let look = looks.withLock {
                $0 += 1; return $0
            }
            if look == 2 { throw away }
            if look == 3 { throw Problem(status: 503, code: "no-decision", detail: "not yet") }
            return Sample.cycle(look < 5 ? "running" : "completed", stage: nil, [])
        }
        #expect(try await follower.follow(clock: clock) { _ in }.state == "completed")
        #expect(looks.withLock { $0 } == 5)
    }

    @Test("One that is away for a minute is given up, however long each request takes")
    func givesUp() async throws {
        let clock = StepClock()
        let looks = Mutex(0)
        let follower = CycleFollower(interval: .seconds(1)) {
            looks.withLock { $0 += 1 }
            try await clock.sleep(for: .seconds(25))
            throw away
        }
        await #expect(throws: away) { try await follower.follow(clock: clock) { _ in } }
        #expect(looks.withLock { $0 } == 3)
    }

    @Test("A refusal ends it at once")
    func refused() async throws {
        let unknown = Problem(status: 404, code: "cycle-not-found", detail: "there is no cycle")
        let follower = CycleFollower(interval: .seconds(1)) { throw unknown }
        await #expect(throws: unknown) { try await follower.follow(clock: StepClock()) { _ in } }
    }
}

/// A clock on which waiting takes no time.
private final class StepClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Self { Self(offset: offset + duration) }
        func duration(to other: Self) -> Duration { other.offset - offset }
        static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Duration.zero)

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        time.withLock { $0 = max($0, deadline.offset) }
    }
}
