import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import TestSupport
import Testing
import Time

@Suite("Schedules", .timeLimit(.minutes(10)))
struct ScheduleTests {
    private static let stream = StreamID(kind: "schedule", name: "one-by-one")

    private func schedule(_ controlPlane: TestControlPlane) async throws -> Schedule? {
        try await controlPlane.reader.fold(ScheduleDecider(), Self.stream)?.state
    }

    private static let scheduled = Workflow.oneByOne().replacing(
        "zone: UTC\nbaselines",
        with: "zone: UTC\nstarts: { schedule: \"rate(30 days)\", zone: UTC }\nbaselines"
    )

    @Test("A workflow that is gone, or starts no more by the clock, is started no more; loaded again, it is")
    func disabled() async throws {
        let others = [Workflow.oneByOne(), Self.scheduled.replacing("workflow: one-by-one", with: "workflow: other")]
        for other in others {
            try await TestDeployment.with(workflow: Self.scheduled) { deployment in
                try await deployment.serve { await $0.services.schedules.defineAll(logger: .quiet) }
                try await deployment.reloaded(workflow: other).serve { controlPlane in
                    await controlPlane.services.schedules.defineAll(logger: .quiet)
                    await controlPlane.services.schedules.defineAll(logger: .quiet)
                    let state = try #require(try await schedule(controlPlane))
                    #expect(!state.isEnabled)
                    #expect(state.wakeAt == nil)
                }
                try await deployment.serve { controlPlane in
                    await controlPlane.services.schedules.defineAll(logger: .quiet)
                    #expect(try await schedule(controlPlane)?.isEnabled == true)
                    let events = try await controlPlane.reader.events(of: Self.stream)
                    #expect(
                        events.map(\.event.type) == [
                            "schedule.defined.v1", "schedule.disabled.v1", "schedule.defined.v1",
                        ]
                    )
                }
            }
        }
    }

    @Test("A workflow with a schedule is started by the clock, once for each occurrence")
    func fires() async throws {
        try await withControlPlane(workflow: Self.scheduled) { controlPlane in
            await controlPlane.services.schedules.defineAll(logger: .quiet)
            await controlPlane.services.schedules.defineAll(logger: .quiet)
            let events = try await controlPlane.reader.events(of: Self.stream)
            #expect(events.map(\.event.type) == ["schedule.defined.v1"], "defined as it was is no event")
            let due = try #require(try await schedule(controlPlane)?.nextAt)
            #expect(due > controlPlane.clock.now)
            #expect(try await controlPlane.questions.cycles().isEmpty)

            controlPlane.clock.skip(due - controlPlane.clock.now)
            let cycles = try await controlPlane.eventually("started", { try await controlPlane.questions.cycles() }) {
                !$0.isEmpty
            }
            #expect(cycles.map(\.id) == ["one-by-one-\(due)"])
            #expect(try await schedule(controlPlane)?.lastFiredAt == due)
            #expect(try #require(try await schedule(controlPlane)?.nextAt) > due)
        }
    }

    @Test("Its stored events keep their form")
    func stored() throws {
        let event = ScheduleEvent.fired(
            occurrence: Timestamp(microseconds: 1),
            next: nil,
            at: Timestamp(microseconds: 2)
        )
        let text = #"{"fired":{"at":2,"occurrence":1}}"#
        #expect(try ScheduleDecider().encode(event) == RecordedEvent(type: "schedule.fired.v1", data: text))
        #expect(try ScheduleDecider().decode(RecordedEvent(type: "schedule.fired.v1", data: text)) == event)
    }
}
