import Commands
import Domain
import ReadModels
import Testing
import Time

struct PolicyPageTests {
    private static func lines(_ policy: Policy) -> [String] {
        var book = PolicyBook()
        book.evolve(.applied(policy, digest: "abc", by: "ana", at: Timestamp(microseconds: 0)))
        return PolicyPage(PolicyView(book)).lines(OutputStyle())
    }

    @Test("A policy's page has its deadlines, the standard ones where it names none, and its waivers")
    func deadlines() throws {
        #expect(Self.lines(Policy()).contains("sla      critical 14 days, high 30 days, medium no limit, low no limit"))
        var waivers = try ["W-1", "W-2"].map { id in
            try Waiver(
                id: id,
                subject: .package("curl"),
                scope: .fleet,
                reason: "r",
                compensatingControl: "c",
                owner: "o",
                requestedBy: "ana",
                requestedAt: Timestamp(microseconds: 0),
                expiresAt: Timestamp(microseconds: 1_000_000)
            )
        }
        try waivers[0].approve(by: "ben", at: Timestamp(microseconds: 0))
        let page = Self.lines(Policy(sla: try SLAPolicy(lowDays: 90), waivers: waivers))
        #expect(page.contains("sla      critical no limit, high no limit, medium no limit, low 90 days"))
        #expect(page.contains("waivers  W-1 (until 1970-01-01T00:00:01Z), W-2 (not approved)"), "\(page)")
    }
}
