import AgentProtocol
import Foundation
import LocalFleet
import Testing
import Time

@testable import HostAgent

@Suite("The doctor", .timeLimit(.minutes(10)))
struct HostDoctorTests {
    private let folder: TemporaryFolder
    private let state: StateFolder

    init() throws {
        folder = try TemporaryFolder()
        state = StateFolder(folder.path + "/state")
        try state.make()
    }

    @Test("completes what an interrupted dpkg left, and keeps a record of it")
    func interruptedDpkg() async throws {
        let web = LocalPackage("acme-web", "1.1")
        let host = try await AptHost(installed: [LocalPackage("acme-web", "1.0")], updates: [web])
        _ = try await host.host.dpkg(["--unpack", try await host.repository.build(web)])
        let doctor = doctor([PackageDatabaseCheck(packages: host.apt)])
        let findings = await doctor.examine()
        #expect(findings.map(\.check) == ["package-database"] && findings[0].isRepairable, "\(findings)")
        #expect(findings.first?.detail.contains("acme-web 1.1") == true)

        let repairs = try await doctor.repair(findings)
        #expect(repairs.map(\.isRepaired) == [true], "\(repairs)")
        #expect(await doctor.examine() == [])
        #expect(try await host.host.installedVersions() == ["acme-web": "1.1"])
        #expect(try RepairStore(folder: state.repairFolder).all() == repairs)
        #expect(try JournalLine.read(state, last: 10).map(\.event) == ["repaired: package-database"])
    }

    @Test("tells of an index that is out of date, fetches it anew, and owns up when that does not help")
    func staleIndex() async throws {
        let host = try await AptHost(installed: [], updates: [])
        let check = PackageIndexCheck(packages: host.apt, now: SystemClock.now)
        let findings = try await check.findings()
        #expect(findings.map(\.check) == ["package-index"] && findings[0].detail.contains("no index"))
        #expect(try await doctor([check]).repair(findings).map(\.isRepaired) == [true])
        #expect(try await check.findings() == [])

        try FileManager.default.removeItem(atPath: folder.path + "/state/repairs")
        try FileManager.default.removeItem(atPath: host.folder.path + "/repository")
        try FileManager.default.removeItem(atPath: host.host.root + "/var/lib/apt/lists")
        let repairs = try await doctor([check]).repair(findings)
        #expect(repairs.map(\.isRepaired) == [false])
        #expect(repairs.first?.detail.contains("not repaired") == true)
    }

    @Test("closes its folder to others")
    func permissions() async throws {
        try Data("secret".utf8).write(to: URL(fileURLWithPath: state.keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: state.keyFile)
        let doctor = doctor([StateFolderCheck(state: state)])
        let findings = await doctor.examine()
        #expect(findings.count == 1 && findings[0].detail.contains(state.keyFile))
        #expect(try await doctor.repair(findings).map(\.isRepaired) == [true])
        let mode = try FileManager.default.attributesOfItem(atPath: state.keyFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("removes the lock files of a dnf that was killed, and no others")
    func staleLock() async throws {
        let (root, proc) = (folder.path + "/root", try FakeProc())
        let names = ["/var/lib/dnf/rpmdb_lock.pid", "/var/cache/dnf/metadata_lock.pid"]
        for (name, process) in zip(names, [7, 8]) { try write("\(process)", to: root + name) }
        try proc.process(8, "dnf", group: "/")
        let doctor = doctor([StaleLockCheck(root: root, processes: ProcessTable(folder: proc.path))])
        #expect(try await doctor.repair(await doctor.examine()).map(\.isRepaired) == [true])
        #expect(names.map { FileManager.default.fileExists(atPath: root + $0) } == [false, true])
    }

    @Test("does nothing beside an order under way, nor beside another doctor")
    func underWay() async throws {
        let signer = OrderSigner()
        let findings = [Finding("state-folder", "open", advice: "", isRepairable: true)]
        let doctor = doctor([StateFolderCheck(state: state)])
        let refusal = try await WorkLock(path: state.workLockFile).holding {
            await #expect(throws: AgentFailure.self) { try await doctor.repair(findings) }
        }
        #expect(refusal??.description.contains("another doctor") == true)
        let ledger = Ledger(file: FramedFile(path: state.journalFile), gate: signer.gate(), now: { Orders.start })
        _ = try await ledger.receive(try signer.sign(Orders.install([])))
        let failure = await #expect(throws: AgentFailure.self) { try await doctor.repair(findings) }
        #expect(failure?.description.contains("rollout-1#0#1") == true)
        #expect(try RepairStore(folder: state.repairFolder).all() == [])
    }

    @Test("takes for a finding what it cannot look at")
    func blind() async throws {
        let path = folder.path + "/limits.json"
        try write("{", to: path)
        #expect(LimitsCheck(file: HostLimitsFile(path: path)).findings().map(\.check) == ["limits"])
        #expect(LimitsCheck(file: HostLimitsFile(path: path + "x")).findings() == [])
        let check = AuthorityCheck(file: folder.path + "/none.pem", now: { Orders.start })
        let findings = await doctor([check]).examine()
        #expect(findings.map(\.check) == ["certificate-authority"] && !findings[0].isRepairable)
    }

    private func doctor(_ checks: [any HealthCheck]) -> HostDoctor {
        HostDoctor(state: state, checks: checks, now: { Orders.start })
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}
