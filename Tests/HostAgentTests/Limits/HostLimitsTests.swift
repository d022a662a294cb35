import AgentProtocol
import Foundation
import Testing
import Time

@testable import HostAgent

/// The orders of these tests begin on Monday, 2026-09-21, at 14:13 UTC.
@Suite("What a host's owner allows")
struct HostLimitsTests {
    private let order = Orders.install([Orders.patch("web", "2.0")])

    @Test("is read as a whole")
    func reading() throws {
        let limits = try read(
            """
            {"businessHours": [{"days": ["mon", "fri"], "from": "08:00", "to": "24:00", "zone": "UTC"}],
             "freezes": [{"from": "2026-12-20", "to": "2027-01-04"}], "neverReboot": true, "heldPackages": ["db", "db"]}
            """
        )
        #expect(limits.businessHours == [WeeklyHours(days: [.mon, .fri], minutes: 480..<1_440, zone: .utc)])
        #expect(limits.freezes.map(\.description) == ["from 2026-12-20 to 2027-01-04 local"])
        #expect(limits.neverReboot && limits.heldPackages == ["db"])
        #expect(try read("{}") == HostLimits())
    }

    @Test(
        "is not guessed at, and what is wrong is named",
        arguments: [
            (#"{"neverReboots": true}"#, #"unknown key "neverReboots""#), ("[]", "does not read"),
            ("{", "does not read"),
            (#"{"neverReboot": "yes"}"#, "neverReboot"),
            (#"{"businessHours": [{"days": [], "from": "08:00", "to": "18:00"}]}"#, "days: names no day"),
            (#"{"businessHours": [{"days": ["lun"], "from": "08:00", "to": "18:00"}]}"#, "businessHours[0].days[0]"),
            (#"{"businessHours": [{"days": ["mon"], "from": "8:00", "to": "18:00"}]}"#, "no time of day"),
            (#"{"businessHours": [{"days": ["mon"], "from": "08:00", "to": "24:01"}]}"#, "no time of day"),
            (#"{"businessHours": [{"days": ["mon"], "from": "22:00", "to": "06:00"}]}"#, "across midnight"),
            (#"{"businessHours": [{"days": ["mon"], "from": "08:00"}]}"#, "businessHours[0]"),
            (#"{"freezes": [{"from": "2026-02-30", "to": "2026-03-01"}]}"#, "freezes[0].from"),
            (#"{"freezes": [{"from": "2026-03-02", "to": "2026-03-01"}]}"#, "before"),
            (#"{"freezes": [{"from": "2026-03-01", "to": "2026-03-02", "zone": "Mars"}]}"#, "zone"),
        ]
    )
    func misread(text: String, complaint: String) throws {
        let failure = #expect(throws: AgentFailure.self) { try read(text) }
        #expect(failure?.description.contains(complaint) == true, "\(String(describing: failure))")
    }

    @Test("is only what nobody else may write")
    func writable() throws {
        #expect(try read("{}", mode: 0o644) == HostLimits())
        for mode in [0o664, 0o646] { #expect(throws: AgentFailure.self) { try read("{}", mode: mode) } }
        #expect(try HostLimitsFile(path: "/nonexistent/limits.json").read() == HostLimits())
    }

    @Test("keeps orders out of business hours, and scans in")
    func businessHours() throws {
        var limits = HostLimits()
        limits.businessHours = [WeeklyHours(days: [.mon], minutes: 480..<1_080, zone: .utc)]
        expect(.businessHours, limits)
        #expect(try limits.narrowed(Orders.scan(), at: Orders.start) == Orders.scan())
        limits.businessHours[0].days = [.tue]
        #expect(try limits.narrowed(order, at: Orders.start) == order)
    }

    @Test("ends a window where business hours or a freeze begin, and never makes it longer")
    func narrows() throws {
        var limits = HostLimits()
        limits.businessHours = [WeeklyHours(days: [.mon], minutes: 870..<1_080, zone: .utc)]
        let narrowed = try limits.narrowed(order, at: Orders.start)
        #expect(narrowed.window.cutoff.description.hasPrefix("2026-09-21T14:30:00"), "\(narrowed.window.cutoff)")
        #expect(narrowed.window.opens == order.window.opens && narrowed.work == order.work)
        limits.businessHours[0].minutes = 1_000..<1_080
        #expect(try limits.narrowed(order, at: Orders.start) == order)

        var long = order
        long.window.cutoff = Orders.start + .seconds(86_400)
        limits.businessHours = []
        limits.freezes = [FrozenDays(from: day(22), to: day(22), zone: .utc)]
        #expect(try limits.narrowed(long, at: Orders.start).window.cutoff == day(22).beginning)
    }

    @Test(
        "keeps orders out of a freeze, both its days among it",
        arguments: [(20, 20, true), (20, 21, false), (21, 22, false), (22, 23, true)] as [(Int64, Int64, Bool)]
    )
    func freeze(first: Int64, last: Int64, isOpen: Bool) throws {
        var limits = HostLimits()
        limits.freezes = [FrozenDays(from: day(first), to: day(last), zone: .utc)]
        if isOpen {
            #expect(try limits.narrowed(order, at: Orders.start) == order)
        } else {
            expect(.freeze, limits)
        }
    }

    @Test("is asked about the moment at which the window opens, not about the one before")
    func early() throws {
        var limits = HostLimits()
        // Until 14:13, when the window opens.
        limits.businessHours = [WeeklyHours(days: [.mon], minutes: 480..<853, zone: .utc)]
        #expect(try limits.narrowed(order, at: Orders.start - .seconds(120)) == order)
    }

    @Test("takes the reboot out of an order")
    func neverReboot() throws {
        var limits = HostLimits()
        limits.neverReboot = true
        let narrowed = try limits.narrowed(order, at: Orders.start)
        #expect(narrowed == Orders.install([Orders.patch("web", "2.0")], reboot: .never))
    }

    // MARK: - Given

    private func day(_ day: Int64) -> CivilDate { CivilDate(year: 2026, month: 9, day: day) }

    private func expect(_ reason: RefusalReason, _ limits: HostLimits) {
        let refusal = #expect(throws: OrderRefusal.self) { try limits.narrowed(order, at: Orders.start) }
        #expect(refusal?.reason == reason && refusal?.isBinding == true)
    }

    private func read(_ text: String, mode: Int = 0o600) throws -> HostLimits {
        let folder = try TemporaryFolder()
        let path = folder.path + "/limits.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return try HostLimitsFile(path: path).read()
    }
}
