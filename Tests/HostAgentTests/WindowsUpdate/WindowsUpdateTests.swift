import AgentProtocol
import Synchronization
import Testing
import Time

@testable import HostAgent

/// Against a host that answers as Microsoft's documentation says; nothing here has met a real one.
@Suite("Windows Update")
struct WindowsUpdateTests {
    private typealias Update = FakeWindows.Update

    private let folder: TemporaryFolder
    private let clock = InstantClock()
    private let calendar = Calendar()

    init() throws { folder = try TemporaryFolder() }

    /// The host's clock.
    private final class Calendar: Sendable {
        private let moment = Mutex(Orders.start)

        var now: Timestamp { moment.withLock { $0 } }

        func pass(_ time: Duration) { moment.withLock { $0 = $0 + time } }
    }

    private static let cumulative = Update(
        kb: "5036909",
        id: "11111111-ba99-4e7f-a2d7-cf7d7fc4029f",
        title: "2026-05 Cumulative Update for Microsoft server operating system version 21H2 (KB5036909)",
        revisionAfter: 2_402
    )
    private static let runtime = Update(
        kb: "5036620",
        id: "22222222-ba99-4e7f-a2d7-cf7d7fc4029f",
        title: "2026-05 Cumulative Update for .NET Framework 3.5 and 4.8 (KB5036620)"
    )

    private func updates(_ windows: FakeWindows) throws -> WindowsUpdate {
        try WindowsUpdate(folder: folder.path, script: windows, clock: clock, now: { [calendar] in calendar.now })
    }

    // MARK: - Inventory

    @Test("tells the build as the system's version, and updates by article and revision")
    func inventory() async throws {
        var hidden = Update(kb: "890830", id: "33333333-ba99-4e7f-a2d7-cf7d7fc4029f")
        hidden.classification = "Update Rollups"
        hidden.isHidden = true
        hidden.severity = ""
        var definition = Update(kb: "2267602", id: "44444444-ba99-4e7f-a2d7-cf7d7fc4029f")
        definition.classification = "Definition Updates"
        let inventory = try await updates(FakeWindows([Self.cumulative, hidden, definition])).inventory()
        #expect(inventory.platform == "windows" && inventory.platformVersion == "Server2022")
        let packages = inventory.packages.map { "\($0.name) \($0.version)" }
        #expect(packages == ["KB5012170 hotfix", "Windows 10.0.20348.2340"])
        #expect(inventory.updates.map(\.name) == ["KB5036909", "KB890830"])
        let update = try #require(inventory.updates.first)
        #expect(update.version == "11111111-ba99-4e7f-a2d7-cf7d7fc4029f.200" && update.installedVersion.isEmpty)
        let notice = try #require(update.notices?.first)
        #expect(notice.id == "KB5036909" && notice.type == "SecurityUpdates" && notice.severity == "Important")
        #expect(notice.cves == ["CVE-2026-1001", "CVE-2026-1002"] && notice.issued != nil)
        #expect(update.origins.first?.label == "https://wsus.example.com:8531")
        #expect(inventory.updates.last?.obstacle == .pinned)
        #expect(inventory.updates.last?.notices?.first?.severity == "Unspecified")
        #expect(inventory.indexes.count == 1)
    }

    @Test("asks the server when it refreshes, and only then")
    func freshness() async throws {
        let windows = FakeWindows([Self.cumulative])
        let updates = try updates(windows)
        try await updates.refresh()
        _ = try await updates.inventory()
        #expect(windows.state.withLock { $0.isOnline } == [true, false])
    }

    @Test("says which service keeps Windows Update from working")
    func disabledService() async throws {
        let windows = FakeWindows()
        windows.state.withLock { $0.startMode = "Disabled" }
        let failure = await #expect(throws: StepFailure.self) { try await updates(windows).refresh() }
        #expect(failure?.kind == .repository && failure?.detail.contains("wuauserv") == true)
    }

    @Test("waits for another installation, and names it when it does not end")
    func busy() async throws {
        let windows = FakeWindows()
        windows.state.withLock { $0.isBusy = true }
        let updates = try updates(windows)
        let failure = await #expect(throws: StepFailure.self) {
            try await updates.waitForOthers(toRefresh: false, within: .seconds(60))
        }
        #expect(failure?.kind == .lock)
        #expect(clock.now.offset == .seconds(60))
    }

    // MARK: - Installing

    @Test("installs the ordered revisions, what must be alone first, and leaves the rest alone")
    func install() async throws {
        var alone = Update(kb: "5036999", id: "55555555-ba99-4e7f-a2d7-cf7d7fc4029f")
        alone.impact = 2
        let other = Update(kb: "5030000", id: "66666666-ba99-4e7f-a2d7-cf7d7fc4029f")
        let windows = FakeWindows([Self.runtime, alone, other])
        let transaction = PackageTransaction([Self.runtime.patch, alone.patch])
        let updates = try updates(windows)
        #expect(try await updates.simulate(transaction).map(\.to) == [Self.runtime.patch.version, alone.patch.version])
        try await updates.download(transaction)
        #expect(await updates.install(transaction, waiting: .seconds(60)) == nil)
        #expect(windows.state.withLock { $0.installed } == ["KB5036999", "KB5036620"])
        let states = try await updates.states(of: ["KB5036620", "KB5030000", "KB1"], isPatient: false)
        #expect(states.packages.map(\.installedVersion) == [nil, Self.runtime.patch.version])
        #expect(states.packages.last?.has(Self.runtime.patch.version) == true)
        #expect(states.packages.first?.has(other.patch.version) == false)
    }

    @Test("a failing update costs itself alone, and is not tried for ever")
    func failure() async throws {
        var broken = Self.runtime
        broken.hresult = "0x80070643"
        let windows = FakeWindows([broken, Self.cumulative])
        let updates = try updates(windows)
        let transaction = PackageTransaction([broken.patch, Self.cumulative.patch])
        let complaint = await updates.install(transaction, waiting: .seconds(60))
        #expect(complaint == StepFailure(.script, "KB5036620 failed, 0x80070643 (ERROR_INSTALL_FAILURE)"))
        let states = try await updates.states(of: ["KB5036909"], isPatient: false)
        #expect(states.packages.first?.has(Self.cumulative.patch.version) == true)
        for _ in 0..<2 {
            let failure = await #expect(throws: StepFailure.self) {
                _ = try await updates.simulate(PackageTransaction([broken.patch]))
            }
            #expect(failure?.kind == .conflict && failure?.detail.contains("left alone until") == true)
            calendar.pass(.seconds(86_400))
            #expect(await updates.install(PackageTransaction([broken.patch]), waiting: .seconds(60)) != nil)
        }
        calendar.pass(.seconds(86_400 * 365))
        #expect(windows.state.withLock { $0.installed }.count { $0 == "KB5036620" } == 3)
        let failure = await #expect(throws: StepFailure.self) {
            _ = try await updates.simulate(PackageTransaction([broken.patch]))
        }
        #expect(failure?.detail.contains("blocked after 0x80070643, 3 times") == true)
        let update = try await updates.inventory().updates.first
        #expect(update?.obstacle == .blocked(by: "0x80070643, 3 times"))
    }

    @Test("what is not the update's own fault is not held against it")
    func passingFailure() async throws {
        var broken = Self.runtime
        broken.hresult = "0x8024402C"
        let updates = try updates(FakeWindows([broken]))
        let transaction = PackageTransaction([broken.patch])
        #expect(await updates.install(transaction, waiting: .seconds(60))?.kind == .network)
        #expect(try await updates.simulate(transaction).count == 1)
    }

    @Test("another revision than the ordered one, and one that may ask a person, are not installed")
    func refused() async throws {
        var asking = Self.runtime
        asking.canAsk = true
        let updates = try updates(FakeWindows([asking]))
        var former = asking.patch
        former.version = UpdateIdentity(id: asking.id, revision: 199).description
        for (patch, kind) in [(asking.patch, FailureKind.conflict), (former, .vanishedVersion)] {
            let failure = await #expect(throws: StepFailure.self) {
                _ = try await updates.simulate(PackageTransaction([patch]))
            }
            #expect(failure?.kind == kind)
        }
    }

    @Test("fetches nothing where there is no room")
    func noRoom() async throws {
        let windows = FakeWindows([Self.runtime])
        windows.state.withLock { $0.freeBytes = 1 << 30 }
        let failure = await #expect(throws: StepFailure.self) {
            try await updates(windows).download(PackageTransaction([Self.runtime.patch]))
        }
        #expect(failure?.kind == .disk && failure?.detail.contains("1024 MiB free") == true)
    }

    // MARK: - Reboots

    @Test(
        "a reboot that takes an update back is told, even where Windows still says that it is there",
        arguments: [true, false]
    )
    func rolledBack(lies: Bool) async throws {
        var update = Self.cumulative
        update.isRolledBack = true
        let windows = FakeWindows([update])
        windows.state.withLock { $0.liesAfterRollback = lies }
        let updates = try updates(windows)
        #expect(await updates.install(PackageTransaction([update.patch]), waiting: .seconds(60)) == nil)
        let request = try await updates.rebootRequest()
        #expect(request.packages == ["KB5036909"] && !request.reasons.isEmpty)
        windows.reboot()
        let state = try #require(try await updates.states(of: ["KB5036909"], isPatient: false).packages.first)
        #expect(state.installedVersion == nil)
        #expect(try await updates.rebootRequest().reasons.isEmpty)
    }

    @Test("expects the build that the title of an update names")
    func expectedBuild() async throws {
        var update = Self.cumulative
        update.title += " (20348.2402)"
        let windows = FakeWindows([update])
        let updates = try updates(windows)
        _ = await updates.install(PackageTransaction([update.patch]), waiting: .seconds(60))
        #expect(try await updates.rebootRequest().kernel == "10.0.20348.2402")
        windows.reboot()
        #expect(try await updates.rebootRequest().kernel == nil)
        #expect(try await updates.facts().fullBuild == "10.0.20348.2402")
    }

    @Test("tells what the host offers as Linux hosts do")
    func condition() async throws {
        let windows = FakeWindows()
        windows.state.withLock { $0.isStarting = true }
        let host = WindowsHost(updates: try updates(windows), rebootCommand: [])
        let condition = await host.read()
        #expect(condition.failedUnits == ["spooler"] && condition.mounts == ["C:\\"])
        #expect(condition.sockets?.map(\.description) == ["[::]:443 (nginx)"])
        #expect(await host.isStarting())
    }
}
