import Domain
import Testing
import Time

@Suite("A rollout whose window is moved")
struct RolloutWindowTests {
    /// One of its two hosts has an order.
    private func halfOrdered() throws -> Stream<Rollout> {
        var stream = Stream<Rollout>()
        try stream.send(.resume(revision: 1, by: "ada"), at: seconds(2_000))
        try stream.send(.open(.sample(targets: 2, concurrency: .count(1))), at: seconds(2_000))
        return stream
    }

    @Test("A window that was moved is that of hosts which have no order yet")
    func moved() throws {
        var stream = try halfOrdered()
        let later = WindowOccurrence(opens: seconds(5_000), cutoff: seconds(5_100), closes: seconds(5_200))
        let (events, effects) = try stream.send(.move(later), at: seconds(2_001))
        #expect(events == [.windowMoved(later, at: seconds(2_001))])
        #expect(effects == [])
        #expect(try stream.send(.move(later), at: seconds(2_002)).events == [])
        try stream.send(.report(0, 1, .refused(.expired, detail: "")), at: seconds(2_003))
        #expect(stream.state.hostStates == [.refused, .queued])
        #expect(stream.state.wakeAt == seconds(5_000))
        let (ordered, _) = try stream.send(.wake, at: seconds(5_000))
        #expect(ordered == [.hostsOrdered(first: 1, count: 1, expires: seconds(5_100), at: seconds(5_000))])
        #expect(try stream.send(.move(later), at: seconds(5_001)).events == [], "nobody waits any more")
    }

    @Test("Nothing left of it is a window that is missed")
    func missed() throws {
        var stream = try halfOrdered()
        var window = try #require(stream.state.spec?.window)
        window.cutoff = seconds(2_001)
        let (events, _) = try stream.send(.move(window), at: seconds(2_001))
        let ended = RolloutEvent.queueEnded(as: .missedWindow, at: seconds(2_001))
        #expect(events == [.windowMoved(window, at: seconds(2_001)), ended])
        #expect(stream.state.hostStates == [.ordered, .missedWindow])
    }
}
