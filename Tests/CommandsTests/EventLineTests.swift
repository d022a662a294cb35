import Commands
import ReadModels
import Testing

struct EventLineTests {
    private let event = EventView(
        shard: 7,
        position: 12,
        stream: "cycle/c-7f3a",
        at: Sample.start,
        actor: "alice",
        type: "StageApproved",
        data: EventData(json: #"{"stage":"early"}"#)
    )

    @Test("An event is one line, and its data gives way where there is little room")
    func line() {
        #expect(
            EventLine(event).line(OutputStyle())
                == #"2026-11-23T08:00:00Z cycle/c-7f3a StageApproved by alice {"stage":"early"}"#
        )
        #expect(
            EventLine(event).line(OutputStyle(width: 60))
                == "2026-11-23T08:00:00Z cycle/c-7f3a StageApproved by alice {\"…"
        )
        #expect(EventLine(event).line(OutputStyle(width: 30)) == "2026-11-23T08:00:00Z cycle/c-…")
    }
}
