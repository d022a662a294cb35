import Commands
import Testing
import Time

@Suite("Times in a person's zone")
struct DisplayZoneTests {
    /// 2026-11-23T23:30:45.9Z.
    private static let moment = Timestamp(iso8601: "2026-11-23T23:30:45.9Z") ?? Timestamp(microseconds: 0)

    @Test(
        "To the second, with the offset that holds at that time",
        arguments: [
            (0, "2026-11-23T23:30:45Z"), (3_600, "2026-11-24T00:30:45+01:00"), (-12_600, "2026-11-23T20:00:45-03:30"),
            (20_700, "2026-11-24T05:15:45+05:45"),
        ]
    )
    func offset(seconds: Int, text: String) {
        let zone = DisplayZone { at in
            #expect(at == Self.moment.microseconds / 1_000_000)
            return seconds
        }
        DisplayZone.$current.withValue(zone) {
            #expect(Self.moment.toTheSecond == text)
            #expect(Timestamp(iso8601: Self.moment.toTheSecond)?.inUTC == "2026-11-23T23:30:45Z")
            #expect(Self.moment.timeOfDay == String(text.dropFirst(11)))
            #expect(Self.moment.inUTC == "2026-11-23T23:30:45Z")
        }
        #expect(Self.moment.toTheSecond == "2026-11-23T23:30:45Z", "nobody has asked for another zone")
    }

    @Test("Before 1970 a second is not rounded up")
    func early() {
        #expect(Timestamp(microseconds: -1).toTheSecond == "1969-12-31T23:59:59Z")
    }
}
