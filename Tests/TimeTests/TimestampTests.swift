import Foundation
import Testing
import Time

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "ISO 8601 is read and written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-23T08:00:00Z", 1_795_420_800_000_000),
            ("2000-02-29T23:59:59.999999Z", 951_868_799_999_999),
            ("1969-12-31T23:59:59.5Z", -500_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
        ] as [(String, Int64)]
    )
    func roundTrip(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(microseconds: microseconds))
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test(
        "Offsets and short forms mean the same moment",
        arguments: ["2026-11-23T09:00:00+01:00", "2026-11-23T03:00-0500", "2026-11-23 08:00:00.0000001Z"]
    )
    func equalMoments(text: String) {
        #expect(Timestamp(iso8601: text) == Timestamp(iso8601: "2026-11-23T08:00:00Z"))
    }

    @Test(
        "What is no moment is refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T08:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T08:00:00ZZ", "2026-11-23T08:00:00.Z",
        ]
    )
    func refused(text: String) { #expect(Timestamp(iso8601: text) == nil) }

    @Test("The first and the last moment can be written")
    func ends() {
        #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
        #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
    }

    @Test("Days clamp at the ends instead of trapping")
    func days() {
        let (first, last) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
        #expect(CivilDate(daysSince1970: first.day).beginning == first)
        #expect(CivilDate(daysSince1970: last.day + 360).beginning == last)
        #expect(CivilDate(daysSince1970: last.day).end == last)
        #expect(CivilDate(daysSince1970: -1).beginning == Timestamp(microseconds: -86_400_000_000))
        #expect(CivilDate(daysSince1970: -1).end == Timestamp(microseconds: 0))
    }

    @Test("The calendar agrees with Foundation's since the Gregorian reform")
    func agreesWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for days in stride(from: Int64(-140_000), to: 146_097, by: 97) {
            let date = Date(timeIntervalSince1970: Double(days) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let civil = CivilDate(daysSince1970: days)
            #expect(
                [civil.year, civil.month, civil.day] == [parts.year, parts.month, parts.day].map { Int64($0 ?? 0) }
            )
            #expect(civil.daysSince1970 == days)
        }
    }

    @Test("JSON carries the integer, or text where people read it")
    func coding() throws {
        let moment = Timestamp(microseconds: 1_795_420_800_000_001)
        #expect(try JSONEncoder().encode([moment]) == Data("[1795420800000001]".utf8))
        let encoder = JSONEncoder()
        encoder.userInfo[try #require(Timestamp.asText)] = true
        let text = try encoder.encode([moment])
        #expect(text == Data("[\"2026-11-23T08:00:00.000001Z\"]".utf8))
        #expect(try JSONDecoder().decode([Timestamp].self, from: text) == [moment])
    }

    @Test("Arithmetic clamps at the ends instead of trapping")
    func arithmetic() {
        let moment = Timestamp(microseconds: 10)
        #expect(moment + .seconds(1) == Timestamp(microseconds: 1_000_010))
        #expect((moment + .seconds(1)) - moment == .seconds(1))
        #expect(moment + .seconds(Int64.max) == Timestamp(microseconds: .max))
        #expect(moment - .seconds(Int64.max) == Timestamp(microseconds: .min))
    }
}
