import Domain
import Testing

extension RolloutTests {
    @Test("A node that is cancelled gets no order, or its order back, and the others go on")
    func cancelsNodes() throws {
        var stream = try opened(.sample(targets: 6, concurrency: .count(1)))
        let (events, effects) = try stream.send(.cancel(nodes: ["mi-0", "mi-1", "mi-3", "mi-77"]), at: seconds(1_001))
        let asked = RolloutEvent.cancelRequested(nodes: ["mi-0", "mi-1", "mi-3", "mi-77"], at: seconds(1_001))
        #expect(
            events == [asked, .hostsCancelled([1, 3], at: seconds(1_001)), .ordersWithdrawn([0], at: seconds(1_001))]
        )
        #expect(effects == [.withdrawOrder(index: 0, attempt: 1)])
        #expect(stream.state.hostStates == [.ordered, .cancelled, .queued, .cancelled, .queued, .queued])
        #expect(try stream.send(.cancel(nodes: ["mi-3", "mi-0"]), at: seconds(1_001)).events.isEmpty, "they are")
        try stream.send(.report(0, 1, .refused(.withdrawn, detail: "")), at: seconds(1_002))
        #expect(stream.state.hostStates[2] == .ordered)
        try stream.send(.report(2, 1, .installedWell), at: seconds(1_003))
        #expect(stream.state.hostStates == [.cancelled, .cancelled, .succeeded, .cancelled, .ordered, .queued])
        #expect(stream.state.errors == 0)
        try stream.checkFold("cancelled")
    }

    @Test("Orders for many are given side by side, around those that were cancelled")
    func ordersAround() throws {
        var stream = Stream<Rollout>()
        try stream.send(.cancel(nodes: ["mi-0", "mi-2"]), at: seconds(900))
        try stream.send(.open(.sample(targets: 5)), at: seconds(900))
        #expect(stream.state.hostStates == [.cancelled, .queued, .cancelled, .queued, .queued])
        try stream.send(.resume(revision: 1, by: "ada", cancelled: ["mi-2", "mi-4"]), at: seconds(1_000))
        while stream.state.wakeAt == seconds(1_000) { try stream.send(.wake, at: seconds(1_000)) }
        #expect(stream.state.hostStates == [.cancelled, .ordered, .cancelled, .ordered, .cancelled])
        try stream.checkFold("around")
    }

    @Test("A lane whose nodes are all cancelled ends, whatever holds it")
    func cancelsAll() throws {
        var stream = Stream<Rollout>()
        try stream.send(.open(.sample(targets: 2)), at: seconds(900))
        let events = try stream.send(.cancel(nodes: ["mi-0", "mi-1"]), at: seconds(901)).events
        #expect(events.last == .ended(at: seconds(901)) && stream.state.phase == .ended)
        #expect(try stream.send(.cancel(nodes: ["mi-5"]), at: seconds(902)).events.isEmpty)
        try stream.checkFold("all")
    }

    @Test("An abort does not take back again what was taken back of single nodes")
    func abortsAfterCancel() throws {
        var stream = try opened(.sample(targets: 3))
        try stream.send(.cancel(nodes: ["mi-1"]), at: seconds(1_001))
        let abort = RolloutMessage.abort(reason: "bad patch", by: "ada", revision: 2)
        let effects = try stream.send(abort, at: seconds(1_002)).effects
        #expect(effects == [.withdrawOrder(index: 0, attempt: 1), .withdrawOrder(index: 2, attempt: 1)])
        try stream.checkFold("aborted")
    }
}
