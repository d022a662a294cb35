import AgentProtocol
import Foundation
import HostAgent
import Testing

@Suite("What a host offers")
struct ConditionReaderTests {
    private let proc: FakeProc

    init() throws { proc = try FakeProc() }

    private func reader(systemctl: String = "/nonexistent/systemctl") -> ConditionReader {
        ConditionReader(processes: ProcessTable(folder: proc.path), systemctl: systemctl)
    }

    @Test("are the sockets that programs of the system listen on, at ports of their own")
    func sockets() async throws {
        try proc.write(
            "net/tcp",
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 501 1 0 100 0 0 10 0
               1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 502 1 0 100 0 0 10 0
               2: 0100007F:177A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 503 1 0 100 0 0 10 0
               3: 00000000:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 504 1 0 100 0 0 10 0
               4: 0100007F:0050 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 505 1 0 100 0 0 10 0
            """
        )
        try proc.write(
            "net/tcp6",
            """
              sl  local_address                         remote_address                        st
               0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 506 1
               1: B80D0120000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 507 1
            """
        )
        try proc.process(10, "sshd", group: "/system.slice/ssh.service", sockets: [501])
        try proc.process(20, "sshd", group: "/user.slice/user-0.slice/session-1.scope", sockets: [503])
        #expect(
            await reader().read().sockets == [
                ListeningSocket(address: "0.0.0.0", port: 22, program: "sshd"),
                ListeningSocket(address: "[::]", port: 80),
                ListeningSocket(address: "[2001:db8:0:0:0:0:0:1]", port: 81),
                ListeningSocket(address: "127.0.0.1", port: 5_432),
            ]
        )
    }

    @Test("are the file systems that are there from boot to boot")
    func mounts() async throws {
        try proc.write(
            "self/mountinfo",
            """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            23 22 0:20 / /proc rw - proc proc rw
            24 22 8:2 / /srv/my\\040data rw shared:2 - xfs /dev/sdb1 rw
            25 22 0:44 / /home/shared rw shared:3 - nfs4 nas:/home rw
            26 22 0:45 / /auto rw - autofs systemd-1 rw
            27 26 8:3 / /auto rw - ext4 /dev/sdc1 rw
            28 22 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro
            29 22 8:4 / /var/lib/kubelet/pods/x rw - ext4 /dev/sdd1 rw
            30 22 0:46 / /tmp rw - tmpfs tmpfs rw
            32 25 0:47 / /home/shared/anna rw - nfs4 nas:/home/anna rw
            33 22 0:48 / /tank rw - zfs tank rw
            34 33 0:49 / /tank/.zfs/snapshot/daily ro - zfs tank@daily ro
            35 33 0:50 / /tank/home rw - zfs tank/home rw
            31 22 8:5 / /srv/odd\\04 rw - ext4 /dev/sde1 rw
            broken
            """
        )
        #expect(
            await reader().read().mounts
                == ["/", "/home/shared", "/srv/my data", "/srv/odd\\04", "/tank", "/tank/home"]
        )
    }

    @Test("is unknown where nobody can tell")
    func unknown() async {
        #expect(await reader().read() == HostCondition())
        #expect(await !reader().isStarting())
        #expect(await reader(systemctl: "/bin/false").read().failedUnits == nil)
    }

    @Test("are the units that systemd calls failed: the first word of each line")
    func units() async {
        #expect(await reader(systemctl: "/bin/echo").read().failedUnits == ["--failed"])
        #expect(await reader(systemctl: "/bin/true").read().failedUnits == [])
    }

    @Test("are not the units that a timer starts, and those of one connection")
    func passingUnits() async throws {
        let script = """
            #!/bin/sh
            case "$1" in
            --failed)
                echo 'motd-news.service loaded failed failed Message of the Day'
                echo 'sshd@3-10.0.0.1:22.service loaded failed failed OpenSSH'
                echo 'web.service loaded failed failed Web'
                ;;
            show)
                printf 'TriggeredBy=motd-news.timer\\nId=motd-news.service\\n\\n'
                printf 'Id=web.service\\nTriggeredBy=web.socket\\n'
                ;;
            esac

            """
        try proc.write("systemctl", script)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: proc.path + "/systemctl"
        )
        #expect(await reader(systemctl: proc.path + "/systemctl").read().failedUnits == ["web.service"])
    }

    @Test("is cut to what fits a report; failed units are all known or none")
    func bounds() {
        let units = (0...HostCondition.maximumUnits).map { "u\($0)" }
        let condition = HostCondition(
            failedUnits: units,
            sockets: (0...HostCondition.maximumSockets).map { ListeningSocket(address: "0.0.0.0", port: $0) },
            mounts: [String(repeating: "m", count: 500)] + units
        ).bounded
        #expect(condition.failedUnits == nil)
        #expect(condition.sockets?.count == HostCondition.maximumSockets)
        #expect(condition.mounts?.count == HostCondition.maximumMounts)
        #expect(HostCondition(failedUnits: ["a"]).bounded == HostCondition(failedUnits: ["a"]))
    }

    @Test("tells which programs of the system use libraries that were replaced")
    func libraries() throws {
        let maps = """
            7f10-7f20 r-xp 00000000 08:01 100 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
            7f20-7f30 r-xp 00000000 08:01 101 /usr/lib/x86_64-linux-gnu/libc.so.6
            7f30-7f40 rw-s 00000000 00:01 102 /dev/shm/queue (deleted)

            """
        try proc.process(1, "systemd", group: "/init.scope", maps: maps)
        try proc.process(30, "nginx", group: "/system.slice/nginx.service", maps: maps)
        try proc.process(31, "nginx", group: "/system.slice/nginx.service", maps: maps)
        try proc.process(40, "bash", group: "/user.slice/user-0.slice/session-1.scope", maps: maps)
        try proc.process(50, "web", group: "/system.slice/docker-0a1b.scope", maps: maps)
        let programs = ProcessTable(folder: proc.path).outdatedPrograms()
        #expect(programs.map(\.program) == ["nginx", "systemd"])
        #expect(programs.allSatisfy { $0.libraries == ["libssl.so.3"] })
    }
}
