import Scheduling
import Testing
import Time

@Suite("A freeze")
struct FreezeTests {
    private func span(_ freeze: Freeze, _ site: String, endingAfter text: String) throws -> String? {
        let span = try freeze.firstSpan(endingAfter: moment(text), siteZone: Zone(site))
        return span.map { "\($0.lowerBound) to \($0.upperBound)" }
    }

    @Test("It goes by the clocks of the site that asks, or of its own zone")
    func zones() throws {
        let (from, until) = (try wall("2026-12-20"), try wall("2027-01-04T06:00"))
        let here = try Freeze(name: "year end", reason: "shops are busy", from: from, until: until)
        let expected = "2026-12-19T13:00:00Z to 2027-01-03T19:00:00Z"
        #expect(try span(here, "Australia/Sydney", endingAfter: "2026-11-01T00:00:00Z") == expected)
        #expect(try span(here, "Australia/Sydney", endingAfter: "2027-01-03T18:59:59Z") == expected)
        #expect(try span(here, "Australia/Sydney", endingAfter: "2027-01-03T19:00:00Z") == nil)
        let there = try Freeze(name: "year end", reason: "", from: from, until: until, zone: Zone("Europe/Berlin"))
        let berlin = "2026-12-19T23:00:00Z to 2027-01-04T05:00:00Z"
        #expect(try span(there, "Australia/Sydney", endingAfter: "2026-11-01T00:00:00Z") == berlin)
    }

    @Test("One that lies where clocks skip it is none")
    func skipped() throws {
        let freeze = try Freeze(name: "x", reason: "", from: wall("2027-03-28T02:10"), until: wall("2027-03-28T02:50"))
        #expect(try span(freeze, "Europe/Berlin", endingAfter: "2027-03-01T00:00:00Z") == nil)
        #expect(try span(freeze, "UTC", endingAfter: "2027-03-01T00:00:00Z") != nil)
    }

    @Test("It needs a name and a length")
    func refused() throws {
        let day = try wall("2026-12-20")
        let length = #expect(throws: ScheduleError.self) { try Freeze(name: "x", reason: "", from: day, until: day) }
        #expect(
            length?.description
                == "the freeze `x` ends at 2026-12-20T00:00:00: expected a time after 2026-12-20T00:00:00"
        )
        let name = #expect(throws: ScheduleError.self) {
            try Freeze(name: "", reason: "", from: day, until: wall("2026-12-21"))
        }
        #expect(
            name?.description == "a freeze from 2026-12-20T00:00:00 has no name: people are told by it why they wait"
        )
    }
}
