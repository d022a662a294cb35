import AgentProtocol
import Foundation
import HostAgent
import Testing

/// Real dnf and rpm, on root folders.
@Suite("A scan starts one dnf", .timeLimit(.minutes(10)))
struct DnfScanTests {
    private let web = RPMPackage("acme-web", "1.0-1")
    private let newWeb = RPMPackage("acme-web", "1.0-2")
    private let tls = RPMPackage("acme-tls", "1:3.0-1")
    private let newTLS = RPMPackage("acme-tls", "1:3.0-2")

    @Test("which fetches, and tells once what another one would tell")
    func once() async throws {
        let notices = [RPMNotice(id: "ALAS2023-2026-001", fixes: [newWeb], cves: ["CVE-2026-1001"])]
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, newTLS], notices: notices)
        try await host.dnf.refreshToScan()
        // Whoever asks dnf now hears that there is no metadata.
        let cache = host.root + "/var/cache/dnf"
        try FileManager.default.moveItem(atPath: cache, toPath: cache + ".aside")
        let states = try await host.dnf.states(of: ["acme-web"], isPatient: false)
        #expect(states.isConsistent && states.packages.map(\.version) == [web.version])
        let inventory = try await host.dnf.inventory()
        #expect(inventory.updates.map(\.version) == [newTLS.version, newWeb.version])
        await #expect { try await host.dnf.inventory() } throws: { ($0 as? StepFailure)?.kind == .repository }
        try FileManager.default.removeItem(atPath: cache)
        try FileManager.default.moveItem(atPath: cache + ".aside", toPath: cache)
        #expect(try await host.dnf.inventory() == inventory)
        let log = String(decoding: try #require(host.dnf.logs.first).content(), as: UTF8.self)
        #expect(log.contains("==> ") && log.contains(" dnf makecache --refresh\n") && !log.contains("import"))
    }

    @Test("and another one when packages were changed since")
    func changed() async throws {
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, newTLS])
        try await host.dnf.refreshToScan()
        try await host.rpm(["-U", "\(host.folder.path)/updates/\(newWeb.fileName)"])
        #expect(try await host.dnf.inventory().updates.map(\.version) == [newTLS.version])
    }

    @Test("and fails at fetching for what hinders the fetching, at the inventory for what hinders that")
    func failures() async throws {
        // A document type is refused where notices are read, and hinders no fetching.
        let odd = RPMNotice(id: "ALAS2023-2026-001<!-- <!DOCTYPE -->", fixes: [newWeb])
        let host = try await DnfHost(installed: [web], updates: [newWeb], notices: [odd])
        try await host.dnf.refreshToScan()
        let failure = await #expect(throws: StepFailure.self) { try await host.dnf.inventory() }
        #expect(failure?.kind == .unknown && failure?.detail.contains("declares a document type") == true)

        try FileManager.default.removeItem(atPath: host.folder.path + "/updates")
        let missing = await #expect(throws: StepFailure.self) { try await host.dnf.refreshToScan() }
        #expect(missing?.kind == .repository && missing?.detail.contains("updates") == true)
    }

    @Test("and waits for who holds the metadata")
    func lock() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        let process = ProcessInfo.processInfo.processIdentifier
        try DnfHost.write("\(process)", to: host.root + "/var/cache/dnf/metadata_lock.pid")
        let dnf = try await Dnf(root: host.root, folder: host.folder.path + "/hasty", clock: LeapingClock())
        let failure = await #expect(throws: StepFailure.self) { try await dnf.refreshToScan() }
        #expect(failure?.kind == .lock && failure?.detail.contains("\(process)") == true)
    }

    @Test("ends in the same when the agent is killed at any step of its journal")
    func killed() async throws {
        var host = try await DnfHost(installed: [web], updates: [newWeb])
        guard case .scanned(let reference)? = try await host.run(Orders.scan()) else {
            Issue.record("not scanned")
            return
        }
        for append in 1...4 {
            try FileManager.default.removeItem(atPath: host.journal)
            let first = try await host.ledger(fault: .after(append))
            await #expect(throws: JournalFailure.self, "\(append)") {
                _ = try await host.take(Orders.scan(), into: first)
                try await host.driver(first).drive()
            }
            try await host.restartAgent()
            let second = try await host.ledger()
            try await host.driver(second).resume()
            #expect(await second.outbox.last?.fact == .scanned(inventory: reference), "\(append)")
        }
    }
}

/// A clock on which a first sleep is longer than anything that is waited for.
private final class LeapingClock: Clock {
    private let clock = InstantClock()

    var now: InstantClock.Instant { clock.now }

    var minimumResolution: Duration { clock.minimumResolution }

    func sleep(until deadline: InstantClock.Instant, tolerance: Duration?) async throws {
        try await clock.sleep(until: deadline.advanced(by: .seconds(86_400)), tolerance: tolerance)
    }
}
