import Domain
import Testing

extension RolloutTests {
    @Test("Hosts that end early because of an abort are cancelled, and no errors")
    func endsEarly() throws {
        var stream = try opened(.sample(targets: 2))
        try stream.send(.report(0, 1, .accepted), at: seconds(1_001))
        try stream.send(.abort(reason: "bad patch", by: "ada", revision: 2), at: seconds(1_002))
        let early = HostFact.failed(.cancelled, detail: "", inventory: nil, patches: [])
        try stream.send(.report(0, 2, early), at: seconds(1_003))
        try stream.send(.report(1, 1, .refused(.withdrawn, detail: "")), at: seconds(1_003))
        #expect(stream.state.hostStates == [.cancelled, .cancelled])
        #expect(stream.state.errors == 0 && stream.state.failures.isEmpty)
        #expect(stream.state.phase == .ended)
        try stream.checkFold("ended early")
    }

    @Test("The orders of a large lane are taken back in batches")
    func withdrawsInBatches() throws {
        var stream = try opened(.sample(targets: 1_000))
        try stream.send(.wake, at: seconds(1_000))
        let abort = RolloutMessage.abort(reason: "bad patch", by: "ada", revision: 2)
        var withdrawn = try stream.send(abort, at: seconds(1_001)).effects.count
        while stream.state.wakeAt == seconds(1_001) {
            withdrawn += try stream.send(.wake, at: seconds(1_001)).effects.count
        }
        #expect(withdrawn == 1_000)
        try stream.checkFold("withdrawn")
    }
}
