import AgentProtocol
import Foundation
import HostAgent
import Testing

@Suite("The package manager of a host")
struct HostPackagesTests {
    @Test(
        "is that of the system it is derived from",
        arguments: [
            ("ID=amzn\nID_LIKE=\"fedora\"", true), ("ID=rocky\nID_LIKE=\"rhel centos fedora\"", true),
            ("ID=rhel", true),
            ("ID=debian", false), ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", false),
            ("ID=ubuntu\nID_LIKE=debian", false),
        ]
    )
    func family(release: String, isDnf: Bool) async throws {
        let folder = try TemporaryFolder()
        try DnfHost.write(release, to: folder.path + "/root/etc/os-release")
        let manager = try await HostPackages.manager(
            root: folder.path + "/root",
            folder: folder.path + "/packages",
            release: nil
        )
        #expect(isDnf == (manager is Dnf) && isDnf == !(manager is Apt))
        let facts = try await HostFacts.read(root: folder.path + "/root", name: "host")
        #expect(["x86_64", "aarch64"].contains(facts.architecture) == isDnf)
    }

    @Test("is dnf 4, in the Python that its first line names; dnf 5 is refused in words")
    func program() throws {
        let folder = try TemporaryFolder()
        #expect { try DnfProgram(folder: folder.path) } throws: { "\($0)".contains("there is no dnf") }
        try DnfHost.write("\u{7f}ELF", to: folder.path + "/dnf5")
        try DnfHost.write("\u{7f}ELF", to: folder.path + "/dnf")
        #expect { try DnfProgram(folder: folder.path) } throws: { "\($0)".contains("only dnf 5 is installed") }
        try DnfHost.write("#!/usr/libexec/platform-python -s\nimport dnf\n", to: folder.path + "/dnf-3")
        let program = try DnfProgram(folder: folder.path)
        #expect(program.executable == folder.path + "/dnf-3" && program.interpreter == "/usr/libexec/platform-python")
    }

    @Test("is asked by the agent's scan")
    func scan() async throws {
        let new = RPMPackage("acme-web", "1.0-2")
        let host = try await DnfHost(
            installed: [RPMPackage("acme-web", "1.0-1"), RPMPackage("acme-tls", "1.0-1")],
            updates: [new, RPMPackage("acme-tls", "1.0-2")],
            notices: [RPMNotice(id: "ALAS2023-2026-001", fixes: [new], cves: ["CVE-2026-1001"])]
        )
        let (isSuccess, output, errors) = try await AgentProcess.command(["scan", "--root", host.root])
        try #require(isSuccess, "\(errors)")
        #expect(output.contains("2 packages, 2 updates, 1 of them security"))
        let lines = output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        let rows = lines.filter { $0.first?.hasPrefix("acme") == true }.map { Array($0.prefix(4)) }
        #expect(rows == [["acme-web", "1.0-1", "1.0-2", "security"], ["acme-tls", "1.0-1", "1.0-2", "other"]])
    }

    @Test("offers the packages of the release that the agent is set to")
    func release() async throws {
        let system = RPMPackage("system-release", "2023.5-1", provides: "system-release(releasever) = 2023.5")
        let host = try await DnfHost(installed: [system], release: "2023.6")
        // As Amazon Linux 2023 keeps the packages of each release apart.
        let text = "[base]\nname=Acme\nbaseurl=file://\(host.folder.path)/$releasever\n"
        try DnfHost.write(text, to: host.root + "/etc/yum.repos.d/base.repo")
        try FileManager.default.removeItem(atPath: host.root + "/etc/yum.repos.d/updates.repo")
        try FileManager.default.copyItem(atPath: host.folder.path + "/base", toPath: host.folder.path + "/2023.6")
        try await host.dnf.refresh()
        #expect(try await host.dnf.inventory().indexes.map(\.origin.codename) == ["2023.6"])
    }
}
