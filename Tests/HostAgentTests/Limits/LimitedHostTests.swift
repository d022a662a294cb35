import AgentProtocol
import HostAgent
import LocalFleet
import Testing
import Time

/// What a host's owner allows, on real apt and dpkg.
@Suite("A host with limits", .timeLimit(.minutes(10)))
struct LimitedHostTests {
    private let order = Orders.install([Orders.patch("acme-kernel", "6.1-2"), Orders.patch("acme-web", "1.0-2")])

    @Test("that is frozen is not changed, and says why; it is scanned")
    func frozen() async throws {
        var limits = HostLimits()
        let day = CivilDate(year: 2026, month: 9, day: 21)
        limits.freezes = [FrozenDays(from: day, to: day, zone: .utc)]
        let host = try await Self.host()
        guard case .refused(.freeze, let detail)? = try await host.run(order, limits: limits) else {
            Issue.record("not refused")
            return
        }
        #expect(detail.contains("2026-09-21") && detail.contains("limits.json"))
        #expect(try await host.host.installedVersions() == ["acme-kernel": "6.1-1", "acme-web": "1.0-1"])
        guard case .scanned? = try await host.run(Orders.scan(), limits: limits) else {
            Issue.record("not scanned")
            return
        }
    }

    @Test("that holds a package gets the others; that is never rebooted has its reboot pending")
    func held() async throws {
        var limits = HostLimits()
        limits.heldPackages = ["acme-web"]
        limits.neverReboot = true
        let host = try await Self.host()
        guard case .failed(.conflict, let detail, _, let patches)? = try await host.run(order, limits: limits) else {
            Issue.record("the held package is not told of")
            return
        }
        #expect(detail.contains("acme-web") && detail.contains("held"))
        #expect(patches.map(\.state) == [.pendingReboot, .failed], "\(patches.map(\.state))")
        #expect(try await host.host.installedVersions() == ["acme-kernel": "6.1-2", "acme-web": "1.0-1"])
        #expect(host.reboots == 0)
    }

    private static func host() async throws -> AptHost {
        try await AptHost(
            installed: [LocalPackage("acme-kernel", "6.1-1"), LocalPackage("acme-web", "1.0-1")],
            updates: [
                LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot),
                LocalPackage("acme-web", "1.0-2"),
            ]
        )
    }
}
