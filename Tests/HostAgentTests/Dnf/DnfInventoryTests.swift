import AgentProtocol
import Foundation
import HostAgent
import Testing
import Time

/// Real dnf and rpm, on root folders.
@Suite("dnf tells of a root folder", .timeLimit(.minutes(10)))
struct DnfInventoryTests {
    private let web = RPMPackage("acme-web", "1.0-1.acme")
    private let newWeb = RPMPackage("acme-web", "1.2-1.acme")
    private let tls = RPMPackage("acme-tls", "1:3.0-1.acme")
    private let newTLS = RPMPackage("acme-tls", "1:3.0-10.acme")

    @Test("what is installed, what is offered, by which repositories and why")
    func whole() async throws {
        let release = RPMPackage("system-release", "2023.6-1", provides: "system-release(releasever) = 2023.6.20241010")
        let between = RPMPackage("acme-web", "1.1-1.acme")
        let notices = [
            RPMNotice(id: "ALAS2023-2026-002", fixes: [newWeb], type: "bugfix", severity: "medium"),
            RPMNotice(id: "ALAS2023-2026-001", fixes: [between, tls], cves: ["CVE-2026-1002", "CVE-2026-1001"]),
            RPMNotice(id: "ALAS2023-2025-009", fixes: [web]),
        ]
        let host = try await DnfHost(
            installed: [web, tls, release],
            updates: [between, newWeb, newTLS, RPMPackage("acme-tls", "1:3.0-9.acme")],
            notices: notices
        )
        try await host.publish([newTLS], in: .base)
        try await host.dnf.refresh()
        let inventory = try await host.dnf.inventory()

        #expect(inventory.platform == "amzn" && inventory.platformVersion == "2023")
        #expect(inventory.packages.map(\.name) == ["acme-tls", "acme-web", "system-release"])
        #expect(inventory.packages.map(\.version) == [tls.version, web.version, "2023.6-1"])
        #expect(inventory.packages.allSatisfy { !$0.isHeld && $0.architecture == "noarch" && $0.source == nil })
        let base = origin("base", release: "2023.6.20241010")
        let updates = origin("updates", release: "2023.6.20241010")
        #expect(inventory.updates.map(\.version) == [newTLS.version, newWeb.version])
        #expect(inventory.updates.map(\.installedVersion) == [tls.version, web.version])
        #expect(inventory.updates.map(\.origins) == [[base, updates], [updates]])
        #expect(inventory.updates.allSatisfy { $0.downloadBytes > 0 })
        #expect(inventory.indexes.map(\.origin) == [base, updates])
        #expect(inventory.indexes.allSatisfy { $0.date != nil && $0.digest.count == 64 })
        // The newest first; what the installed version has is closed already.
        let told = try #require(inventory.updates[1].notices)
        #expect(told.map(\.id) == ["ALAS2023-2026-002", "ALAS2023-2026-001"])
        #expect(told.map(\.version) == [newWeb.version, between.version])
        #expect(told.map(\.type) == ["bugfix", "security"] && told.map(\.severity) == ["medium", "Important"])
        #expect(told[1].cves == ["CVE-2026-1001", "CVE-2026-1002"])
        #expect(told[1].issued == Timestamp(iso8601: "2026-02-17T18:30:00Z"))
        #expect(told[1].updated == Timestamp(iso8601: "2026-02-20T18:30:00Z"))
        #expect(inventory.updates[0].notices == [])
        #expect(try await host.dnf.inventory() == inventory)
    }

    @Test("the packages that the updates bring in, and does without those that cannot come")
    func newcomers() async throws {
        let needy = RPMPackage("acme-web", "2.0-1", requires: "acme-new")
        let broken = RPMPackage("acme-tls", "1:4.0-1", requires: "acme-nowhere")
        let host = try await DnfHost(installed: [web, tls], updates: [needy, broken, RPMPackage("acme-new", "1.0-1")])
        try await host.dnf.refresh()
        let inventory = try await host.dnf.inventory()
        #expect(inventory.updates.map(\.version) == [broken.version, needy.version])
        #expect(inventory.newcomers.map { "\($0.name) \($0.version)" } == ["acme-new 1.0-1"])
        #expect(inventory.newcomers.first?.origins.map(\.label) == ["updates"])
        #expect(inventory.updates.map(\.obstacle) == [.blocked(by: "acme-nowhere"), nil])
        #expect(inventory.needs == [PackageNeeds(name: "acme-web", needs: ["acme-new"])])
    }

    @Test("what the host's excludes and version locks hold back", arguments: [true, false])
    func held(isLocked: Bool) async throws {
        let host = try await DnfHost(
            installed: [web, tls],
            updates: [newWeb, newTLS],
            configuration: isLocked ? "" : "excludepkgs=acme-web*"
        )
        if isLocked {
            let folder = host.root + "/etc/dnf/plugins"
            try DnfHost.write("[main]\nenabled=1\nlocklist=\(folder)/lock.list\n", to: folder + "/versionlock.conf")
            try DnfHost.write("acme-web-0:1.0-1.acme.*\n", to: folder + "/lock.list")
        }
        try await host.dnf.refresh()
        let inventory = try await host.dnf.inventory()
        #expect(inventory.updates.map(\.version) == [newTLS.version, newWeb.version])
        #expect(inventory.packages.map(\.isHeld) == [false, true])

        let fact = try await host.run(Orders.install([Orders.rpm(newWeb), Orders.rpm(newTLS)]))
        guard case .failed(.conflict, let detail, .some, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("filtered out by exclude filtering"))
        #expect(patches.map(\.state) == [.failed, .installed])
    }

    @Test("the source of a package where that has another name or version")
    func sources() async throws {
        let library = RPMPackage("libacme", "2:1.0-1", source: "acme")
        let host = try await DnfHost(installed: [web, library])
        try await host.dnf.refresh()
        let packages = try await host.dnf.inventory().packages
        #expect(packages.map(\.source) == [nil, SourcePackage(name: "acme", version: "2:1.0-1")])
    }

    @Test("all kernels, and the update of the newest alone")
    func kernels() async throws {
        let kernels = ["6.1.12-17", "6.1.21-1"].map { RPMPackage("kernel", $0, provides: "installonlypkg(kernel)") }
        let newest = RPMPackage("kernel", "6.1.100-1", provides: "installonlypkg(kernel)")
        let host = try await DnfHost(installed: kernels, updates: [newest])
        try await host.dnf.refresh()
        let inventory = try await host.dnf.inventory()
        #expect(inventory.packages.map(\.version) == ["6.1.12-17", "6.1.21-1"])
        #expect(inventory.updates.map(\.installedVersion) == ["6.1.21-1"])
        #expect(inventory.updates.map(\.version) == ["6.1.100-1"])
        let states = try await host.dnf.states(of: ["kernel"], isPatient: false)
        #expect(states.isConsistent && states.packages.map(\.version) == ["6.1.21-1"])
    }

    @Test("nothing where the metadata was never fetched, and nothing old where a repository is gone")
    func repository() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        await #expect { try await host.dnf.inventory() } throws: { ($0 as? StepFailure)?.kind == .repository }
        try await host.dnf.refresh()
        #expect(try await host.dnf.inventory().updates.count == 1)
        try FileManager.default.removeItem(atPath: host.folder.path + "/updates")
        guard case .failed(.repository, let detail, _, _)? = try await host.run(Orders.scan()) else {
            Issue.record("a repository is gone and nobody noticed")
            return
        }
        #expect(detail.contains("updates"))
    }

    private func origin(_ id: String, release: String) -> PackageOrigin {
        PackageOrigin(origin: "Acme \(id)", label: id, codename: release, archive: "")
    }
}
