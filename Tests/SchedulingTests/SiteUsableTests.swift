import Domain
import Scheduling
import Testing
import Time

@Suite("What business hours and freezes leave of a window")
struct SiteUsableTests {
    private func site(
        zone: String = "Europe/Berlin",
        business: [(String, String, String)] = [],
        freezes: [(String, String)] = []
    ) throws -> Scheduling.Site {
        let policy = Policy(
            sites: [
                PolicySite(
                    name: "here",
                    zone: zone,
                    businessHours: business.map { .init(day: $0.0, from: $0.1, until: $0.2) }
                )
            ],
            freezes: freezes.map { PolicyFreeze(name: "f", reason: "r", from: $0.0, until: $0.1) }
        )
        return try Scheduling.Site("here", of: policy, zone: "UTC")
    }

    private func first(
        _ site: Scheduling.Site,
        from text: String,
        hours: Int = 3,
        cutoff: Int = 1,
        group: String = "AL2023-early",
        stagger: [String]? = nil
    ) throws -> String? {
        let rule = WindowRule(
            opens: .schedule("cron(0 2 ? * TUE *)"),
            zone: .site,
            durationSeconds: hours * 3_600,
            cutoffSeconds: cutoff * 3_600,
            stagger: stagger
        )
        let calendar = try WindowCalendar(rule, siteZone: site.zone.name, patchGroup: group)
        return site.firstUsable(of: calendar, at: try moment(text)).map { part in
            [part.opens, part.cutoff, part.closes].map {
                "\(site.zone.localTime(at: $0).wallTime)".dropFirst(5).prefix(11)
            }
            .joined(separator: " ")
        }
    }

    @Test("A window that nothing touches is used whole")
    func whole() throws {
        let site = try site(business: [("TUE", "09:00", "17:00")])
        #expect(try first(site, from: "2026-11-02T00:00:00Z") == "11-03T02:00 11-03T04:00 11-03T05:00")
    }

    @Test("Business that begins within it ends it early, with the same time kept behind its cutoff")
    func endedEarly() throws {
        let site = try site(business: [("TUE", "04:00", "17:00")])
        #expect(try first(site, from: "2026-11-02T00:00:00Z") == "11-03T02:00 11-03T03:00 11-03T04:00")
    }

    @Test("What is left after business counts when it is long enough, and only while something can start")
    func after() throws {
        let site = try site(business: [("TUE", "01:00", "02:30")])
        #expect(try first(site, from: "2026-11-02T00:00:00Z") == "11-03T02:30 11-03T04:00 11-03T05:00")
        #expect(try first(site, from: "2026-11-03T03:00:00Z") == "11-10T02:30 11-10T04:00 11-10T05:00")
        let short = try self.site(business: [("TUE", "01:00", "04:00")])
        #expect(try first(short, from: "2026-11-02T00:00:00Z") == nil, "an hour is what a piece of work takes")
    }

    @Test("A freeze moves it to the next occurrence that is free")
    func frozen() throws {
        let site = try site(freezes: [("2026-11-01", "2026-11-17T02:00")])
        #expect(try first(site, from: "2026-11-02T00:00:00Z") == "11-17T02:00 11-17T04:00 11-17T05:00")
        #expect(try first(try self.site(freezes: [("2026-01-01", "2030-01-01")]), from: "2026-11-02T00:00:00Z") == nil)
    }

    @Test("A window that opens at once waits for business to end")
    func now() throws {
        let rule = WindowRule(opens: .now, zone: .site, durationSeconds: 3_600, cutoffSeconds: 600)
        let site = try site(zone: "UTC", business: [("MON", "09:00", "17:00")])
        let during = try #require(site.firstUsable(of: rule, openingFrom: moment("2026-11-02T10:00:00Z")))
        #expect(during.opens == (try moment("2026-11-02T17:00:00Z")))
        let before = try #require(site.firstUsable(of: rule, openingFrom: moment("2026-11-02T08:30:00Z")))
        #expect(before.closes == (try moment("2026-11-02T09:00:00Z")))
        let late = try #require(site.firstUsable(of: rule, openingFrom: moment("2026-11-02T08:55:00Z")))
        #expect(late.opens == (try moment("2026-11-02T17:00:00Z")), "five minutes are less than its reserve")
    }

    @Test("Kinds of patch groups take turns, a night each")
    func turns() throws {
        let order = ["AL2023", "Ubuntu22", "Win2022"]
        let site = try site()
        let opens = try ["AL2023-early", "Ubuntu22-early", "Win2022-early", "Other-early"].map {
            try first(site, from: "2026-11-02T00:00:00Z", group: $0, stagger: order)?.prefix(11)
        }
        #expect(opens == ["11-03T02:00", "11-04T02:00", "11-05T02:00", "11-03T02:00"])
    }
}
