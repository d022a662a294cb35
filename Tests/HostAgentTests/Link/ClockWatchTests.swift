import Testing
import Time

@testable import HostAgent

@Suite("The host's clock against the control plane's")
struct ClockWatchTests {
    private let date = "Mon, 21 Sep 2026 14:13:20 GMT"

    @Test("is compared by an answer's date, and by the time since whatever the wall clock does")
    func offset() {
        let (watch, instant) = (ClockWatch(), ContinuousClock.now)
        #expect(watch.offset(ofWall: Orders.start, at: instant) == nil)
        watch.note(date, at: instant)
        #expect(watch.offset(ofWall: Orders.start, at: instant) == .zero)
        let later = instant + .seconds(40)
        #expect(watch.offset(ofWall: Orders.start + .seconds(40), at: later) == .zero)
        #expect(watch.offset(ofWall: Orders.start + .seconds(3_640), at: later) == .seconds(3_600))
        #expect(watch.offset(ofWall: Orders.start - .seconds(560), at: later) == .seconds(-600))
        // What does not read takes nothing back.
        for text in [nil, "", "yesterday"] { watch.note(text, at: later) }
        #expect(watch.offset(ofWall: Orders.start, at: instant) == .zero)
    }

    @Test(
        "reads no date that there is not",
        arguments: [
            "Mon, 21 Sep 2026 14:13:20", "Mon, 21 Sep 2026 14:13 GMT", "Mon, 21 Okt 2026 14:13:20 GMT",
            "Mon, 0 Sep 2026 14:13:20 GMT", "Mon, 21 Sep 2026 24:13:20 GMT", "Mon, 21 Sep 2026 14:13:20 CET",
            "Monday, 21-Sep-26 14:13:20 GMT",
        ]
    )
    func unread(text: String) {
        #expect(HTTPDate.timestamp(text) == nil)
    }
}
