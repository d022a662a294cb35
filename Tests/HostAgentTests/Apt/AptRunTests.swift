import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// Real apt and dpkg, on root folders.
@Suite("apt on a root folder", .timeLimit(.minutes(10)))
struct AptRunTests {
    private let web = LocalPackage("acme-web", "1.0-1")
    private let newWeb = LocalPackage("acme-web", "1.0-1+deb12u1")
    private let tls = LocalPackage("acme-tls", "3.0-1")
    private let newTLS = LocalPackage("acme-tls", "3.0-1+deb12u2")

    @Test("knows what is installed, what is offered and by which archives")
    func inventory() async throws {
        let host = try await AptHost(installed: [web, tls], updates: [newWeb])
        try await host.repository.publish([newTLS, newWeb], in: .base)
        _ = try await host.host.dpkg(["--set-selections"], input: "acme-tls hold\n")
        try await host.apt.refresh()
        let inventory = try await host.apt.inventory()

        #expect(inventory.packages.map(\.name) == ["acme-tls", "acme-web"])
        #expect(inventory.packages.map(\.isHeld) == [true, false])
        #expect(inventory.platform == "debian" && inventory.platformVersion == "12")
        #expect(inventory.updates.map(\.version) == [newTLS.version, newWeb.version])
        let base = PackageOrigin(origin: "Debian", label: "Debian", codename: "bookworm", archive: "oldstable")
        let security = PackageOrigin(
            origin: "Debian",
            label: "Debian-Security",
            codename: "bookworm-security",
            archive: "oldstable-security"
        )
        #expect(inventory.updates.map(\.origins) == [[base], [base, security]])
        #expect(
            inventory.updates.allSatisfy { $0.priority == "optional" && $0.section == "net" && $0.downloadBytes > 0 }
        )
        #expect(inventory.indexes.map(\.origin) == [base, security])
        #expect(inventory.indexes.allSatisfy { $0.date != nil && $0.digest.count == 64 })
        #expect(try await host.apt.inventory() == inventory)
    }

    @Test("knows the source of a package where that has another name or version")
    func sources() async throws {
        let tools = LocalPackage("acme-tools", "1.0-1+b2", source: "acme (1.0-1)")
        let library = LocalPackage("libacme", "1.0-1", source: "acme")
        let host = try await AptHost(installed: [web, tools, library], updates: [])
        let packages = try await host.apt.inventory().packages
        #expect(packages.map(\.name) == ["acme-tools", "acme-web", "libacme"])
        #expect(packages.map(\.source?.name) == ["acme", nil, "acme"])
        #expect(packages.map(\.source?.version) == ["1.0-1", nil, "1.0-1"])
    }

    @Test("installs the ordered version and nothing else")
    func exact() async throws {
        let host = try await AptHost(installed: [web, tls], updates: [newWeb, newTLS])
        try await host.repository.publish([LocalPackage("acme-web", "1.0-1+deb12u9")], in: .base)
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", newWeb.version)]))
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.patches.first?.versionBefore == web.version)
        #expect(host.inventories.content(of: result.inventory) != nil)
        #expect(try await host.host.installedVersions() == ["acme-web": newWeb.version, "acme-tls": tls.version])
        #expect(try host.host.installations(of: "acme-web", version: newWeb.version) == 1)
    }

    @Test("keeps a configuration file that the host changed, and tells of the package's own")
    func configuration() async throws {
        let host = try await AptHost(
            installed: [
                LocalPackage("acme-tls", "1", configuration: "first\n"),
                LocalPackage("acme-web", "1", configuration: "first\n"),
            ],
            updates: [
                LocalPackage("acme-tls", "2", configuration: "second\n"),
                LocalPackage("acme-web", "2", configuration: "second\n"),
            ]
        )
        let file = URL(fileURLWithPath: host.host.root + "/etc/acme-web.conf")
        try Data("own\n".utf8).write(to: file)
        #expect(try await host.apt.inventory().keptConfiguration == [])
        let order = Orders.install([Orders.patch("acme-tls", "2"), Orders.patch("acme-web", "2")])
        guard case .installed? = try await host.run(order) else {
            Issue.record("not installed")
            return
        }
        #expect(try Data(contentsOf: file) == Data("own\n".utf8))
        #expect(try await host.apt.inventory().keptConfiguration == ["/etc/acme-web.conf.dpkg-dist"])
    }

    @Test("does not install what is already there or whose package is not")
    func nothing() async throws {
        let host = try await AptHost(installed: [web], updates: [])
        let patches = [Orders.patch("acme-web", "0.9-1"), Orders.patch("acme-absent", "1.0-1")]
        guard case .installed(let result)? = try await host.run(Orders.install(patches)) else {
            Issue.record("not done")
            return
        }
        #expect(result.patches.map(\.state) == [.alreadyInstalled, .notApplicable])
    }

    @Test("refuses an order for which a package would have to go")
    func removal() async throws {
        let greedy = LocalPackage("acme-web", "2.0-1", conflicts: "acme-tls")
        let host = try await AptHost(installed: [web, tls], updates: [greedy])
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", greedy.version)]))
        guard case .refused(.notAsPlanned, let detail)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("remove acme-tls"))
        #expect(try await host.host.installedVersions()["acme-web"] == web.version)
    }

    @Test("refuses an order that would bring a new package")
    func newcomer() async throws {
        let needy = LocalPackage("acme-web", "2.0-1", depends: "acme-new")
        let host = try await AptHost(installed: [web], updates: [needy, LocalPackage("acme-new", "1.0-1")])
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", needy.version)]))
        guard case .refused(.notAsPlanned, let detail)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("newly install acme-new 1.0-1"))
    }

    @Test("names a version that the archives no longer have, and installs the others")
    func vanished() async throws {
        let host = try await AptHost(installed: [web, tls], updates: [newWeb, newTLS])
        let order = Orders.install([Orders.patch("acme-tls", newTLS.version), Orders.patch("acme-web", "1.0-1+gone")])
        guard case .failed(.vanishedVersion, let detail, .some, let patches)? = try await host.run(order) else {
            Issue.record("not vanished")
            return
        }
        #expect(detail.contains("1.0-1+gone"))
        #expect(patches.map(\.state) == [.installed, .failed])
        let versions = try await host.host.installedVersions()
        #expect(versions == ["acme-tls": newTLS.version, "acme-web": web.version])
    }

    @Test("judges each package by itself when a script fails")
    func script() async throws {
        let broken = LocalPackage("acme-tls", "3.0-2", postinst: "echo migration failed >&2; exit 7")
        let host = try await AptHost(installed: [web, tls], updates: [newWeb, broken])
        let order = Orders.install([Orders.patch("acme-web", newWeb.version), Orders.patch("acme-tls", broken.version)])
        guard case .failed(.script, let detail, let inventory?, let patches)? = try await host.run(order) else {
            Issue.record("not a script's failure")
            return
        }
        #expect(detail.contains("acme-tls is 3.0-2, not configured"))
        #expect(detail.contains("migration failed"))
        #expect(patches.map(\.state) == [.installed, .failed])
        let kept = try #require(host.inventories.content(of: inventory))
        let scanned = try JSONDecoder().decode(Inventory.self, from: Data(kept))
        #expect(scanned.updates.map(\.name) == ["acme-tls"], "half configured counts as not updated")
    }

    @Test("repairs what somebody else left half done and goes on")
    func dirty() async throws {
        let flag = "\"$DPKG_ROOT/tmp/now-it-works\""
        let fragile = LocalPackage("acme-tls", "3.0-1+half", postinst: "test -e \(flag)")
        let host = try await AptHost(installed: [web, tls], updates: [newWeb])
        let archive = try await host.repository.build(fragile)
        await #expect(throws: FleetFailure.self) { try await host.host.dpkg(["--install", archive]) }
        #expect(try await !host.host.audit().isEmpty)
        try Data().write(to: URL(fileURLWithPath: host.host.root + "/tmp/now-it-works"))

        guard case .installed? = try await host.run(Orders.install([Orders.patch("acme-web", newWeb.version)])) else {
            Issue.record("not installed")
            return
        }
        #expect(try await host.host.audit().isEmpty)
        #expect(try await host.host.installedVersions() == ["acme-web": newWeb.version, "acme-tls": fragile.version])
    }

    @Test("takes dpkg killed in the middle of its work up again", arguments: [true, false])
    func killedTool(isUnpacking: Bool) async throws {
        let script = "flag=\"$DPKG_ROOT/tmp/once\"; test -e \"$flag\" || { touch \"$flag\"; kill -KILL \"$PPID\"; }"
        let suicidal = LocalPackage(
            "acme-tls",
            "3.0-2",
            postinst: isUnpacking ? "" : script,
            preinst: isUnpacking ? script : ""
        )
        let host = try await AptHost(installed: [web, tls], updates: [newWeb, suicidal])
        // A newer version that nobody ordered must not come in by way of the repair.
        try await host.repository.publish([LocalPackage("acme-tls", "3.0-3")], in: .security)
        let patches = [Orders.patch("acme-tls", suicidal.version), Orders.patch("acme-web", newWeb.version)]
        let fact = try await host.run(Orders.install(patches))
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed, .installed])
        #expect(try await host.host.installedVersions() == ["acme-tls": "3.0-2", "acme-web": newWeb.version])
        #expect(try await host.host.audit().isEmpty)
    }

    @Test("unpacks again what was cut off when its new files were in place", arguments: [true, false])
    func cutOff(isOrdered: Bool) async throws {
        let cut = LocalPackage("acme-tls", "3.0-2")
        let host = try await AptHost(installed: [web, tls], updates: [newWeb, cut])
        _ = try await host.host.dpkg(["--unpack", try await host.repository.build(cut)])
        // Where dpkg is between two writes of its status file, which no package's script can reach.
        let status = host.host.root + "/var/lib/dpkg/status"
        let text = try String(contentsOfFile: status, encoding: .utf8)
        let broken = text.replacing("Status: install ok unpacked", with: "Status: install reinstreq unpacked")
        try #require(broken != text)
        try broken.write(toFile: status, atomically: true, encoding: .utf8)

        let patches = [Orders.patch("acme-web", newWeb.version)]
        let fact = try await host.run(
            Orders.install(isOrdered ? [Orders.patch("acme-tls", cut.version)] + patches : patches)
        )
        guard case .installed? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(try await host.host.installedVersions() == ["acme-tls": cut.version, "acme-web": newWeb.version])
        #expect(try await host.host.audit().isEmpty)
    }

    @Test("fails strictly when an index cannot be fetched")
    func repository() async throws {
        let host = try await AptHost(installed: [web], updates: [newWeb])
        try FileManager.default.removeItem(atPath: host.repository.folder + "/dists/bookworm-security")
        guard case .failed(.repository, _, _, _)? = try await host.run(Orders.scan()) else {
            Issue.record("an index is missing and nobody noticed")
            return
        }
    }

    @Test("reboots once when a package asks for it, and proves it")
    func reboot() async throws {
        let kernel = LocalPackage("acme-kernel", "6.1-1")
        let newKernel = LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot)
        let host = try await AptHost(installed: [kernel], updates: [newKernel])
        let order = Orders.install([Orders.patch("acme-kernel", newKernel.version)])
        let fact = try await host.run(order)
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.reboot?.outcome == .confirmed)
        #expect(result.reboot?.reasons == ["acme-kernel asks for a reboot"])
        #expect(result.patches.map(\.state) == [.installed])
        #expect(host.reboots == 1)
    }

    @Test("never touches the machine's own package database")
    func isolation() async throws {
        let machine = ["/var/lib/dpkg/status", "/var/lib/apt/extended_states", "/var/log/dpkg.log"].map { path in
            URL(fileURLWithPath: path)
        }
        let before = machine.map { try? Data(contentsOf: $0) }
        let host = try await AptHost(installed: [web], updates: [newWeb])
        guard case .installed? = try await host.run(Orders.install([Orders.patch("acme-web", newWeb.version)])) else {
            Issue.record("not installed")
            return
        }
        #expect(machine.map { try? Data(contentsOf: $0) } == before)
    }
}
