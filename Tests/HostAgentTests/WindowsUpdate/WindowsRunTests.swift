import AgentProtocol
import Synchronization
import Testing

@testable import HostAgent

/// Host runs as those of Linux hosts, carried out on a host that answers as Microsoft's documentation says.
@Suite("Host runs on Windows")
struct WindowsRunTests {
    private static let update = FakeWindows.Update(
        kb: "5036909",
        id: "11111111-ba99-4e7f-a2d7-cf7d7fc4029f",
        title: "2026-05 Cumulative Update for Microsoft server operating system version 21H2 (KB5036909)",
        revisionAfter: 2_402
    )

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Carries the order out, with a host that boots when it is told to.
    private func outcome(of order: Order, on windows: FakeWindows) async throws -> HostRunFact {
        let updates = try WindowsUpdate(
            folder: folder.path,
            script: windows,
            clock: InstantClock(),
            now: { Orders.start }
        )
        let host = WindowsHost(updates: updates, rebootCommand: [])
        let executor = HostExecutor(
            packages: updates,
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            boot: host,
            conditions: host,
            now: { Orders.start },
            clock: InstantClock()
        )
        var run = HostRun(order)
        for _ in 0..<50 {
            switch run.nextStep(now: Orders.start, boot: try await executor.currentBoot()) {
            case .record(let event): run.apply(event, at: Orders.start)
            case .perform(.reboot):
                windows.reboot()
                run.apply(.resumed, at: Orders.start)
            case .perform(let effect):
                run.apply(.observed(await executor.perform(effect, for: order)), at: Orders.start)
            case .wait, .askForSlot, .releaseSlot: Issue.record("the window is open, and no slot is needed")
            case .done: return try #require(run.reports.last?.fact)
            }
        }
        throw StepFailure(.timeout, "the run does not end")
    }

    @Test("an update is installed, booted and proved by the build")
    func confirmed() async throws {
        let order = Orders.install([Self.update.patch])
        guard case .installed(let result) = try await outcome(of: order, on: FakeWindows([Self.update])) else {
            Issue.record("the run did not succeed")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.patches.first?.versionBefore == nil)
        #expect(result.reboot?.outcome == .confirmed)
        #expect(result.reboot?.before.kernel == "10.0.20348.2340" && result.reboot?.after.kernel == "10.0.20348.2402")
    }

    @Test("without a reboot it is pending")
    func pending() async throws {
        let order = Orders.install([Self.update.patch], reboot: .never)
        guard case .installed(let result) = try await outcome(of: order, on: FakeWindows([Self.update])) else {
            Issue.record("the run did not succeed")
            return
        }
        #expect(result.patches.map(\.state) == [.pendingReboot])
    }

    @Test("an update that the boot takes back has failed", arguments: [true, false])
    func rolledBack(lies: Bool) async throws {
        var update = Self.update
        update.isRolledBack = true
        let windows = FakeWindows([update])
        windows.state.withLock { $0.liesAfterRollback = lies }
        let fact = try await outcome(of: Orders.install([update.patch]), on: windows)
        guard case .failed(_, let detail, _, let patches) = fact else {
            Issue.record("the run ended as \(fact)")
            return
        }
        #expect(patches.map(\.state) == [.failed])
        #expect(detail.contains("KB5036909 is not installed"))
        #expect(windows.state.withLock { $0.installed }.count == 1)
    }

    @Test("an update that failed three times is left out, and the others are installed")
    func blocked() async throws {
        var broken = FakeWindows.Update(kb: "5034439", id: "22222222-ba99-4e7f-a2d7-cf7d7fc4029f")
        broken.hresult = "0x80070643"
        let windows = FakeWindows([broken, Self.update])
        var memory = InstallMemory()
        for _ in 0..<3 { memory.note(broken.identity, failed: "0x80070643", at: Orders.start) }
        try WindowsUpdate(folder: folder.path, script: windows).remember(memory)
        let order = Orders.install([broken.patch, Self.update.patch])
        guard case .failed(let kind, let detail, _, let patches) = try await outcome(of: order, on: windows) else {
            Issue.record("the run succeeded")
            return
        }
        #expect(kind == .conflict && detail.contains("blocked after 0x80070643, 3 times"))
        #expect(patches.map(\.state) == [.failed, .installed])
        #expect(windows.state.withLock { $0.installed } == ["KB5036909"])
    }
}
