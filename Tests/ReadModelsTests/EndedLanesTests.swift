import AgentProtocol
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing
import Time

@Suite("The pictures of lanes that have ended", .serialized, .timeLimit(.minutes(10)))
struct EndedLanesTests {
    private static let stream = Rollout.stream("monthly-1/scan/Frankfurt/Ubuntu22-early")
    private static let end = StreamEnd(version: 2, chain: [1])

    private func picture(_ events: [RolloutEvent]) -> LanePicture {
        var rollout = Rollout()
        for event in events { rollout.evolve(event) }
        return LanePicture(rollout, everyHost: false)
    }

    private var ended: LanePicture { picture([.ended(at: Timestamp(microseconds: 0))]) }

    @Test("A lane under way is not kept")
    func underWay() {
        let lanes = EndedLanes()
        lanes.keep(picture([]), of: Self.stream, at: Self.end)
        #expect(lanes.picture(Self.stream, at: Self.end) == nil)
    }

    @Test("One that has ended is kept for as long as its stream is the same, event by event")
    func restored() {
        let lanes = EndedLanes()
        lanes.keep(ended, of: Self.stream, at: Self.end)
        #expect(lanes.picture(Self.stream, at: Self.end)?.phase == .ended)
        // As many events, but others: the database was brought back.
        #expect(lanes.picture(Self.stream, at: StreamEnd(version: 2, chain: [2])) == nil)
        #expect(lanes.picture(Self.stream, at: StreamEnd(version: 1, chain: [1])) == nil)
    }

    @Test("However many lanes are asked for, so many are kept, the last one among them")
    func bounded() {
        let lanes = EndedLanes()
        let streams = (0..<EndedLanes.most + 10).map { Rollout.stream("monthly-\($0)/scan/Frankfurt/Ubuntu22-early") }
        for stream in streams { lanes.keep(ended, of: stream, at: Self.end) }
        let kept = streams.filter { lanes.picture($0, at: Self.end) != nil }
        #expect(kept.count == EndedLanes.most)
        #expect(kept.last == streams.last)
    }

    @Test("A cycle looks as its streams say at each of its steps, however often it was looked at before")
    func cycle() async throws {
        try await withControlPlane { controlPlane in
            let questions = controlPlane.questions
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            await fleet.agents[1].change { $0.packages[3].isHeld = true }
            let id = try await controlPlane.startCycle()
            func compare() async throws -> [String] {
                _ = try await questions.cycle(id, at: nil, hosts: false)
                let shown = try await questions.cycle(id, at: nil, hosts: false)
                // With every host all streams are read.
                var read = try await questions.cycle(id, at: nil, hosts: true)
                for stage in read.stages.indices {
                    for lane in read.stages[stage].lanes.indices {
                        read.stages[stage].lanes[lane].hosts.removeAll { $0.detail == nil }
                    }
                }
                #expect(shown.stages.flatMap(\.lanes) == read.stages.flatMap(\.lanes))
                #expect(shown.counts == read.counts)
                return shown.stages.flatMap(\.lanes).map(\.state)
            }
            _ = try await compare()
            try await fleet.scan(id, of: controlPlane)
            #expect(try await compare() == ["ended", "ended"])
            try await controlPlane.approve("scan", of: id)
            let order = try #require(try await fleet.agents[0].nextOrder(of: controlPlane))
            let under = try await compare()
            #expect(under.prefix(2) == ["ended", "ended"] && under.count > 2 && under.last != "ended")
            try await fleet.agents[0].carryOut(order, of: controlPlane)
            try await controlPlane.gate(of: "early", in: id)
            #expect(try await compare().allSatisfy { $0 == "ended" })
        }
    }
}
