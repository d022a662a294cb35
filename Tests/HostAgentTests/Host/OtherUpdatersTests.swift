import AgentProtocol
import Foundation
import Testing

@testable import HostAgent

@Suite("Other updaters")
struct OtherUpdatersTests {
    private let proc: FakeProc

    init() throws { proc = try FakeProc() }

    private var table: ProcessTable { ProcessTable(folder: proc.path) }
    private var updaters: OtherUpdaters { OtherUpdaters(processes: table) }

    @Test(
        "at work are known by their program or their unit, and named by both",
        arguments: [
            ("unattended-upgr", "/system.slice/x.service"), ("apt.systemd.dai", "/system.slice/apt-daily.service"),
            ("python3", "/system.slice/dnf-automatic.service"), ("apt-get", "/system.slice/apt-daily-upgrade.service"),
        ]
    )
    func atWork(program: String, group: String) throws {
        try proc.process(7, "sshd", group: "/system.slice/ssh.service")
        #expect(updaters.atWork() == nil)
        try proc.process(8, program, group: group)
        #expect(updaters.atWork() == 8)
        let unit = try #require(group.split(separator: "/").last)
        #expect(table.name(of: 8) == "process 8 (\(program) of \(unit))")
        #expect(table.name(of: 9) == "process 9")
    }

    @Test("that merely wait for the host's end are not at work")
    func shutdown() throws {
        try proc.process(8, "unattended-upgr", group: "/system.slice/unattended-upgrades.service")
        let program = "/usr/share/unattended-upgrades/unattended-upgrade-shutdown"
        try proc.write("8/cmdline", "/usr/bin/python3\0\(program)\0--wait-for-signal\0")
        #expect(updaters.atWork() == nil)
    }

    @Test("that are enabled are listed")
    func enabled() throws {
        let folder = try TemporaryFolder()
        #expect(updaters.enabled(root: folder.path) == [])
        let wants = folder.path + "/etc/systemd/system/timers.target.wants"
        try FileManager.default.createDirectory(atPath: wants, withIntermediateDirectories: true)
        let timer = "apt-daily-upgrade.timer"
        // The link leads nowhere in a root folder.
        try FileManager.default.createSymbolicLink(
            atPath: "\(wants)/\(timer)",
            withDestinationPath: "/lib/systemd/system/\(timer)"
        )
        #expect(updaters.enabled(root: folder.path) == [timer])
        let findings = UpdaterCheck(updaters: updaters, root: folder.path).findings()
        #expect(findings.map(\.check) == ["other-updaters"] && findings.allSatisfy { !$0.isRepairable })
    }
}
