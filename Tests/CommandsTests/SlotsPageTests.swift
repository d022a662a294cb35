import Commands
import Domain
import ReadModels
import Testing
import Time

struct SlotsPageTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    /// One holds the only slot beyond its lease, another waits.
    private static func view() throws -> RebootSlotsView {
        var slots = RebootSlots()
        let group = RebootSlotGroup(name: "db", releaseWhen: .back, hosts: ["db-*"])
        let holder = RebootSlotHolder(
            name: "node/mi-1",
            purpose: "o1",
            grantedAt: moment - .seconds(2_000),
            until: moment - .seconds(200),
            fence: 1
        )
        let events: [RebootSlotsEvent] = [
            .configured(group, at: moment - .seconds(3_000)), .granted(holder, at: holder.grantedAt),
            .overdue(holder: holder.name, purpose: "o1", fence: 1, at: holder.until),
            .queued(RebootSlotWaiter(name: "node/mi-2", purpose: "o2", askedAt: moment), at: moment),
        ]
        for event in events { slots.evolve(event) }
        return try #require(RebootSlotsView(slots, at: moment))
    }

    @Test("Who holds a slot stands before who waits, and who is overdue is told")
    func page() throws {
        let expected = """
            group       db
            slots       1, 1 held
            lease       30 min
            free again  when its holder is back

            HOST       STATE    SINCE                 UNTIL                 FOR
            node/mi-1  overdue  2025-11-24T15:26:40Z  2025-11-24T15:56:40Z  o1
            node/mi-2  waits                                                o2
            """
        #expect(SlotsPage(try Self.view()).lines(OutputStyle()).joined(separator: "\n") == expected)
    }

    @Test("The groups are listed with what is held, overdue and waited for; without any it is said how to make one")
    func list() throws {
        let expected = """
            GROUP  SLOTS  HELD  OVERDUE  WAITING  FLEETLOCK
            db         1     1        1        1
            """
        let lines = SlotsTable([try Self.view()]).lines(OutputStyle())
        #expect(lines.joined(separator: "\n") == expected)
        #expect(SlotsTable([]).lines(OutputStyle()).count == 1)
    }
}
