import AgentProtocol
import Foundation
import LocalFleet
import Subprocess
import Testing

@testable import HostAgent

/// What is looked at before anything is changed on a host with apt.
@Suite("Preflight on apt", .timeLimit(.minutes(10)))
struct AptPreflightTests {
    @Test("an install for which there is no room changes nothing and tells the figures")
    func space() async throws {
        let web = LocalPackage("acme-web", "1")
        let host = try await AptHost(
            installed: [web],
            updates: [LocalPackage("acme-web", "2", installedSize: 1 << 33)]
        )
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", "2")]))
        guard case .failed(.disk, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("no room for 1 packages") && detail.contains(" MiB needed, "), "\(detail)")
        #expect(detail.contains(host.host.root + "/"))
        #expect(try await host.host.installedVersions() == ["acme-web": "1"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: host.archives).allSatisfy { !$0.hasSuffix(".deb") })
    }

    @Test("an archive that was fetched before needs no room")
    func fetched() async throws {
        let host = try await AptHost(
            installed: [LocalPackage("acme-web", "1:1")],
            updates: [LocalPackage("acme-web", "1:2")]
        )
        let transaction = PackageTransaction([Orders.patch("acme-web", "1:2")])
        try await host.apt.refresh()
        let changes = try await host.apt.simulate(transaction)
        func bytes() async throws -> Int64 {
            try await host.apt.space(of: changes).archiveBytes
        }
        let size = Int(try await bytes())
        let archive = URL(fileURLWithPath: host.archives + "/acme-web_1%3a2_all.deb")
        try Data(count: size - 1).write(to: archive)
        #expect(try await bytes() == Int64(size), "it is cut off")
        try Data(count: size).write(to: archive)
        #expect(try await bytes() == 0)
    }

    @Test("a kernel needs the room of the largest one that is there")
    func kernel() async throws {
        let meta = LocalPackage("linux-image-amd64", "2", depends: "linux-image-6.1.0-2-amd64")
        let host = try await AptHost(
            installed: [LocalPackage("linux-image-amd64", "1")],
            updates: [meta, LocalPackage("linux-image-6.1.0-2-amd64", "2")]
        )
        let boot = host.host.root + "/boot"
        try FileManager.default.createDirectory(atPath: boot, withIntermediateDirectories: true)
        for (name, size) in ["vmlinuz-6.1.0-1-amd64": 1_000, "initrd.img-6.1.0-1-amd64": 5_000, "vmlinuz-6": 10] {
            try Data(count: size).write(to: URL(fileURLWithPath: "\(boot)/\(name)"))
        }
        try await host.apt.refresh()
        let changes = try await host.apt.simulate(
            PackageTransaction(
                [Orders.patch("linux-image-amd64", "2")],
                newcomers: [Orders.patch("linux-image-6.1.0-2-amd64", "2")]
            )
        )
        let space = try await host.apt.space(of: changes)
        let demands = try space.demands(root: host.host.root, archives: host.archives)
        #expect(demands.first { $0.folder == boot }?.bytes == 6_000)
        #expect(demands.first { $0.folder == host.archives }?.bytes ?? 0 > 0)
    }

    @Test("folders on one file system share its room; inodes run out by themselves")
    func shortages() throws {
        func space(of folder: String) -> FileSystemSpace? {
            switch folder {
            case "/", "/usr": FileSystemSpace(device: 1, freeBytes: 30 << 20, freeInodes: 100)
            case "/var": FileSystemSpace(device: 2, freeBytes: 1 << 30, freeInodes: nil)
            default: nil
            }
        }
        func shortages(_ demands: [SpaceDemand]) throws -> [String] {
            try SpaceDemand.shortages(of: demands) { space(of: $0) }
        }
        func demand(_ folder: String, _ mebibytes: Int64, inodes: Int64 = 0) -> SpaceDemand {
            SpaceDemand(folder: folder, bytes: mebibytes << 20, inodes: inodes)
        }
        #expect(try shortages([demand("/", 20), demand("/usr", 10), demand("/var", 1_024, inodes: 1_000)]) == [])
        #expect(try shortages([demand("/", 20), demand("/usr", 11)]) == ["/, /usr: 31 MiB needed, 30 MiB free"])
        #expect(try shortages([demand("/var", 1_025)]) == ["/var: 1025 MiB needed, 1024 MiB free"])
        #expect(
            try shortages([demand("/", 1, inodes: 60), demand("/usr", 1, inodes: 41)])
                == ["/, /usr: 101 inodes needed, 100 free"]
        )
        #expect(try shortages([demand("/boot", 1_000, inodes: 1_000)]) == [], "nothing is there")
    }

    @Test("the room of a real file system is told")
    func real() throws {
        let space = try #require(try FileSystemSpace(of: "/"))
        #expect(space.freeBytes > 0)
        #expect(try FileSystemSpace(of: "/no/such/folder") == nil)
    }

    @Test("whoever holds the lock is named, with its program")
    func lock() async throws {
        let host = try await AptHost(installed: [LocalPackage("acme-web", "1")], updates: [])
        let folder = host.host.root + "/tmp"
        let slow = LocalPackage(
            "slow",
            "1",
            postinst: "mkfifo '\(folder)/go'; touch '\(folder)/started'; read line < '\(folder)/go'"
        )
        let archive = try await host.repository.build(slow)
        async let installation = host.host.dpkg(["--install", archive])
        while !FileManager.default.fileExists(atPath: folder + "/started") {
            try await Task.sleep(for: .milliseconds(5))
        }
        let failure = await #expect(throws: StepFailure.self) { try await host.apt.waitForOthers(within: .zero) }
        let detail = failure?.detail ?? ""
        #expect(failure?.kind == .lock && detail.hasPrefix("process ") && detail.contains(" (dpkg) "), "\(detail)")
        try Data("go\n".utf8).write(to: URL(fileURLWithPath: folder + "/go"))
        _ = try await installation
        try await host.apt.waitForOthers(within: .zero)
    }

    @Test("somebody else's fetching of indexes is waited for before one's own, and by nothing else")
    func indexes() async throws {
        let host = try await AptHost(installed: [], updates: [])
        let folder = host.folder.path
        try #require(mkfifo(folder + "/go", 0o600) == 0)
        let script = """
            use Fcntl;
            open(LOCK, '>', "$ARGV[0]/root/var/lib/apt/lists/lock") or die $!;
            my $lock = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0);
            fcntl(LOCK, F_SETLK, $lock) or die $!;
            open(STARTED, '>', "$ARGV[1]/started");
            open(GO, '<', "$ARGV[1]/go");
            """
        async let other = Subprocess.run(
            .name("perl"),
            arguments: ["-e", script, host.host.folder, folder],
            output: .discarded,
            error: .discarded
        )
        while !FileManager.default.fileExists(atPath: folder + "/started") {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await host.apt.waitForOthers(within: .zero)
        let failure = await #expect(throws: StepFailure.self) {
            try await host.apt.waitForOthers(toRefresh: true, within: .zero)
        }
        #expect(failure?.detail.contains(" (perl) ") == true, "\(String(describing: failure))")
        try Data().write(to: URL(fileURLWithPath: folder + "/go"))
        _ = try await other
    }
}
