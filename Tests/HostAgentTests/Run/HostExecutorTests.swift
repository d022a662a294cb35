import AgentProtocol
import HostAgent
import Synchronization
import Testing
import Time

@Suite("The executor")
struct HostExecutorTests {
    private let folder: TemporaryFolder
    private let order = Orders.install([Orders.patch("web", "2.0")])

    init() throws { folder = try TemporaryFolder() }

    @Test("lets a transaction wait for others until the cutoff and no longer")
    func deadlines() async throws {
        let packages = FakePackages()
        let executor = try executor(packages, now: order.window.cutoff - .seconds(42))
        _ = await executor.perform(.install(order.patches), for: order)
        _ = await executor.perform(.repair(deadline: order.window.cutoff), for: order)
        #expect(packages.limits == [.seconds(42), .seconds(42)])
        let late = try self.executor(packages, now: order.window.cutoff + .seconds(1))
        _ = await late.perform(.install(order.patches), for: order)
        #expect(packages.limits.last == .zero)
        _ = await late.perform(.repair(deadline: nil), for: order)
        #expect(packages.limits.last.map { $0 > .seconds(7_200) } == true)
    }

    @Test("keeps what it knows of the packages when there is no inventory")
    func unscanned() async throws {
        let packages = FakePackages()
        guard case .unscanned(let failure, let survey) = try await executor(packages).perform(.scan, for: order) else {
            Issue.record("the survey is lost")
            return
        }
        #expect(failure.kind == .repository && survey.packages.map(\.name) == ["web"])
    }

    @Test("waits for a transaction that survived its agent as long as one may take", arguments: [true, false])
    func patience(isPatient: Bool) async throws {
        let packages = FakePackages()
        _ = try await executor(packages).perform(.survey(isPatient: isPatient), for: order)
        #expect(packages.patience == [isPatient])
        #expect(packages.waits == (isPatient ? [] : [.seconds(600)]))
    }

    @Test("waits for others before the indexes are fetched, until the cutoff and no longer")
    func lock() async throws {
        let packages = FakePackages()
        _ = try await executor(packages, now: order.window.cutoff - .seconds(42)).perform(.refresh, for: order)
        _ = try await executor(packages, now: order.window.cutoff + .seconds(1)).perform(.refresh, for: order)
        #expect(packages.waits == [.seconds(42), .zero])
    }

    @Test("waits for another updater, names it, and gives up at the cutoff; a scan does not wait")
    func updater() async throws {
        let proc = try FakeProc()
        try proc.process(8, "dnf-automatic", group: "/system.slice/dnf-automatic.service")
        let clock = InstantClock()
        let updaters = OtherUpdaters(processes: ProcessTable(folder: proc.path))
        let executor = try executor(FakePackages(), updaters: updaters, clock: clock)
        guard case .failed(let failure) = await executor.perform(.refresh, for: order) else {
            Issue.record("it did not wait")
            return
        }
        #expect(failure.kind == .lock && failure.detail.contains("process 8"))
        #expect(clock.now.offset >= .seconds(600))
        #expect(await executor.perform(.refresh, for: Orders.scan()) == .refreshed)
    }

    @Test("takes the packages that the host's owner holds for held, and begins nothing when nobody knows them")
    func held() async throws {
        var limits = HostLimits()
        limits.heldPackages = ["web"]
        let holding = try executor(FakePackages(), limits: { [limits] () throws(AgentFailure) in limits })
        guard case .surveyed(let survey) = await holding.perform(.survey(), for: order) else {
            Issue.record("not surveyed")
            return
        }
        #expect(survey.packages.map(\.isHeld) == [true])
        let blind = try executor(
            FakePackages(),
            limits: { () throws(AgentFailure) in throw AgentFailure("unreadable") }
        )
        guard case .failed = await blind.perform(.survey(), for: order) else {
            Issue.record("it went on")
            return
        }
        limits.neverReboot = true
        let shy = try executor(FakePackages(), limits: { [limits] () throws(AgentFailure) in limits })
        for executor in [blind, shy] {
            guard case .failed(let failure) = await executor.perform(.reboot, for: order) else {
                Issue.record("it ran the reboot command")
                continue
            }
            #expect(failure.kind == .rebootFailed)
        }
    }

    @Test("lets a repair change nothing that the host's owner holds")
    func heldRepair() async throws {
        var limits = HostLimits()
        limits.heldPackages = ["web"]
        let packages = FakePackages()
        let executor = try executor(packages, limits: { [limits] () throws(AgentFailure) in limits })
        let order = Orders.install([Orders.patch("web", "2.0"), Orders.patch("db", "2.0")])
        #expect(await executor.perform(.repair(deadline: nil), for: order) == .repaired)
        #expect(packages.repairs == [PackageTransaction([Orders.patch("db", "2.0")])])
    }

    @Test("does not run a failing reboot command again at once")
    func reboot() async throws {
        let clock = InstantClock()
        _ = try await Boot(identityFile: "/dev/null", command: ["/bin/false"]).reboot(clock: clock)
        #expect(clock.now.offset >= Boot.pauseAfterFailure)
    }

    @Test("waits for what a host offered before its reboot, and not for ever", arguments: [true, false])
    func settles(isBack: Bool) async throws {
        let (clock, proc) = (InstantClock(), try FakeProc())
        try proc.write("net/tcp", "header\n")
        try proc.write("self/mountinfo", isBack ? "24 22 8:2 / /srv rw - xfs /dev/sdb1 rw\n" : "")
        let before = HostCondition(failedUnits: [], sockets: [], mounts: ["/srv"])
        let executor = HostExecutor(
            packages: FakePackages(),
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            boot: Boot(identityFile: "/dev/null", command: []),
            conditions: ConditionReader(processes: ProcessTable(folder: proc.path), systemctl: "/nonexistent"),
            // A boot that outlasts the window is looked at all the same.
            now: { [order] in order.window.closes },
            clock: clock
        )
        let losses = isBack ? [] : ["/srv is not mounted"]
        #expect(await executor.perform(.settle(since: before), for: order) == .settled(losses: losses))
        #expect(clock.now.offset == .seconds(isBack ? 0 : 5 * (HostExecutor.settleAttempts - 1)))
    }

    // MARK: - Given

    private func executor(
        _ packages: FakePackages,
        now: Timestamp = Orders.start,
        updaters: OtherUpdaters? = nil,
        limits: @escaping @Sendable () throws(AgentFailure) -> HostLimits = { () throws(AgentFailure) in HostLimits() },
        clock: InstantClock = InstantClock()
    ) throws -> HostExecutor {
        HostExecutor(
            packages: packages,
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            boot: Boot(identityFile: "/proc/sys/kernel/random/boot_id", command: []),
            updaters: updaters,
            limits: limits,
            now: { now },
            clock: clock
        )
    }

    /// Notes how it is asked to wait; it has no inventory.
    private final class FakePackages: PackageManager {
        private struct Notes {
            var limits: [Duration] = []
            var patience: [Bool] = []
            var waits: [Duration] = []
            var repairs: [PackageTransaction] = []
        }

        private let noted = Mutex(Notes())

        var limits: [Duration] { noted.withLock { $0.limits } }
        var patience: [Bool] { noted.withLock { $0.patience } }
        var waits: [Duration] { noted.withLock { $0.waits } }
        var repairs: [PackageTransaction] { noted.withLock { $0.repairs } }

        func waitForOthers(toRefresh: Bool, within limit: Duration) async throws(StepFailure) {
            noted.withLock { $0.waits.append(limit) }
        }

        var logs: [RunLog] { [] }

        func refresh() async throws(StepFailure) {}

        func inventory() async throws(StepFailure) -> Inventory { throw StepFailure(.repository, "no inventory") }

        func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates {
            noted.withLock { $0.patience.append(isPatient) }
            let packages = names.map {
                PackageState(name: $0, architecture: "all", version: "1.0", isConfigured: true, isHeld: false)
            }
            return PackageStates(packages: packages, isConsistent: true)
        }

        func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange] { [] }

        func download(_ transaction: PackageTransaction) async throws(StepFailure) {}

        func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure? {
            noted.withLock { $0.limits.append(limit) }
            return nil
        }

        func repair(allowing transaction: PackageTransaction, waiting limit: Duration) async throws(StepFailure) {
            noted.withLock {
                $0.limits.append(limit)
                $0.repairs.append(transaction)
            }
        }

        func clean() throws(StepFailure) {}

        func rebootRequest() throws(StepFailure) -> RebootRequest { RebootRequest(reasons: [], packages: []) }
    }
}
