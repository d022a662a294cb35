import AgentProtocol
import Foundation
import HostAgent
import Testing

/// Real dnf and rpm, on root folders.
@Suite("dnf on a root folder", .timeLimit(.minutes(10)))
struct DnfRunTests {
    private let web = RPMPackage("acme-web", "1.0-1")
    private let newWeb = RPMPackage("acme-web", "1.0-2")
    private let tls = RPMPackage("acme-tls", "1:3.0-1")
    private let newTLS = RPMPackage("acme-tls", "1:3.0-2")

    @Test("installs the ordered version and nothing else")
    func exact() async throws {
        let host = try await DnfHost(
            installed: [web, tls],
            updates: [newWeb, newTLS, RPMPackage("acme-web", "1.0-9")]
        )
        let fact = try await host.run(Orders.install([Orders.rpm(newWeb)]))
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.patches.first?.versionBefore == web.version)
        #expect(host.inventories.content(of: result.inventory) != nil)
        #expect(try await host.installed() == ["acme-tls 1:3.0-1", "acme-web 1.0-2"])
    }

    @Test("does not install what is already there or whose package is not")
    func nothing() async throws {
        let host = try await DnfHost(installed: [web], updates: [RPMPackage("acme-absent", "1.0-1")])
        let patches = [Orders.rpm(RPMPackage("acme-web", "0.9-1")), Orders.rpm(RPMPackage("acme-absent", "1.0-1"))]
        guard case .installed(let result)? = try await host.run(Orders.install(patches)) else {
            Issue.record("not done")
            return
        }
        #expect(result.patches.map(\.state) == [.alreadyInstalled, .notApplicable])
    }

    @Test("leaves an older kernel where it is")
    func kernel() async throws {
        let old = RPMPackage("kernel", "6.1.12-17", provides: "installonlypkg(kernel)")
        let new = RPMPackage("kernel", "6.1.21-1", provides: "installonlypkg(kernel)")
        let host = try await DnfHost(installed: [old], updates: [new])
        guard case .installed(let result)? = try await host.run(Orders.install([Orders.rpm(new)])) else {
            Issue.record("not installed")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(try await host.installed() == ["kernel 6.1.12-17", "kernel 6.1.21-1"])
    }

    @Test("makes room for a kernel as the host is set to")
    func kernelLimit() async throws {
        let kernels = ["6.1.12-17", "6.1.21-1", "6.1.30-1"].map {
            RPMPackage("kernel", $0, provides: "installonlypkg(kernel)")
        }
        let host = try await DnfHost(
            installed: Array(kernels.prefix(2)),
            updates: [kernels[2]],
            configuration: "installonly_limit=2"
        )
        guard case .installed? = try await host.run(Orders.install([Orders.rpm(kernels[2])])) else {
            Issue.record("not installed")
            return
        }
        #expect(try await host.installed() == ["kernel 6.1.21-1", "kernel 6.1.30-1"])
    }

    @Test("refuses an order for which a package would have to go, or would be replaced", arguments: [true, false])
    func removal(isConflict: Bool) async throws {
        let greedy =
            isConflict
            ? RPMPackage("acme-web", "2.0-1", conflicts: "acme-tls")
            : RPMPackage("acme-web", "2.0-1", obsoletes: "acme-tls")
        let host = try await DnfHost(installed: [web, tls], updates: [greedy])
        let fact = try await host.run(Orders.install([Orders.rpm(greedy)]))
        switch fact {
        case .refused(.notAsPlanned, let detail)? where !isConflict: #expect(detail.contains("remove acme-tls"))
        case .failed(.conflict, let detail, _, _)? where isConflict: #expect(detail.contains("acme-tls"))
        default: Issue.record("\(String(describing: fact))")
        }
        #expect(try await host.installed() == ["acme-tls 1:3.0-1", "acme-web 1.0-1"])
    }

    @Test(
        "brings the new package that was ordered with a patch, at that version, and no other",
        arguments: [true, false]
    )
    func newcomer(isOrdered: Bool) async throws {
        let needy = RPMPackage("acme-web", "2.0-1", requires: "acme-new")
        let (new, newer) = (RPMPackage("acme-new", "1.0-1"), RPMPackage("acme-new", "1.1-1"))
        let host = try await DnfHost(installed: [web], updates: [needy, new, newer])
        let newcomers = isOrdered ? [Orders.rpm(new)] : []
        let fact = try await host.run(Orders.install([Orders.rpm(needy)], newcomers: newcomers))
        switch fact {
        case .installed(let result)? where isOrdered:
            #expect(result.patches.map(\.patch.name) == ["acme-web", "acme-new"])
            #expect(try await host.installed() == ["acme-new 1.0-1", "acme-web 2.0-1"])
        case .refused(.notAsPlanned, let detail)? where !isOrdered:
            #expect(detail.contains("newly install acme-new 1.1-1"))
        default: Issue.record("\(String(describing: fact))")
        }
    }

    @Test("installs the others when one version is gone, or cannot come", arguments: [true, false])
    func sifted(isGone: Bool) async throws {
        let broken = RPMPackage("acme-web", "2.0-1", requires: "acme-nowhere")
        let host = try await DnfHost(installed: [web, tls], updates: isGone ? [newTLS] : [broken, newTLS])
        let fact = try await host.run(Orders.install([Orders.rpm(newTLS), Orders.rpm(broken)]))
        guard case .failed(let kind, let detail, .some, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(kind == (isGone ? .vanishedVersion : .conflict))
        #expect(
            detail.contains(isGone ? "No match for argument: acme-web-2.0-1.noarch" : "nothing provides acme-nowhere")
        )
        #expect(patches.map(\.state) == [.installed, .failed])
        #expect(try await host.installed() == ["acme-tls 1:3.0-2", "acme-web 1.0-1"])
    }

    @Test("tells of an archive that its repository has lost")
    func lost() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        try host.withdraw(newWeb, from: .updates)
        let fact = try await host.run(Orders.install([Orders.rpm(newWeb)]))
        guard case .failed(.vanishedVersion, _, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
    }

    @Test(
        "judges each package by itself when a script fails, before or after it is in place",
        arguments: [true, false]
    )
    func script(isLate: Bool) async throws {
        let script = "error('migration failed')"
        let broken = RPMPackage("acme-tls", "1:3.0-2", post: isLate ? script : "", pre: isLate ? "" : script)
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, broken])
        let fact = try await host.run(Orders.install([Orders.rpm(newWeb), Orders.rpm(broken)]))
        guard case .failed(.script, let detail, .some, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains(isLate ? "acme-tls is 1:3.0-2, not configured" : "acme-tls is 1:3.0-1"))
        #expect(detail.contains("migration failed"))
        #expect(patches.map(\.state) == [.installed, .failed])
    }

    @Test("fails an install that does not fit, in words of its own")
    func fileConflict() async throws {
        let file = "/usr/share/acme"
        let host = try await DnfHost(
            installed: [web, RPMPackage("acme-tls", "1:3.0-1", file: file)],
            updates: [RPMPackage("acme-web", "2.0-1", file: file)]
        )
        let fact = try await host.run(Orders.install([Orders.rpm(RPMPackage("acme-web", "2.0-1"))]))
        guard case .failed(.conflict, let detail, _, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("acme"))
        #expect(patches.map(\.state) == [.failed])
    }

    @Test("keeps a configuration file that the host changed, and tells of the package's own")
    func configuration() async throws {
        func package(_ name: String, _ version: String) -> RPMPackage {
            var package = RPMPackage(name, version, file: "/etc/\(name).conf")
            (package.content, package.isConfiguration) = (version, true)
            return package
        }
        let updates = [package("acme-tls", "2-1"), package("acme-web", "2-1")]
        let host = try await DnfHost(
            installed: [package("acme-tls", "1-1"), package("acme-web", "1-1")],
            updates: updates
        )
        try DnfHost.write("own\n", to: host.root + "/etc/acme-web.conf")
        guard case .installed? = try await host.run(Orders.install(updates.map(Orders.rpm))) else {
            Issue.record("not installed")
            return
        }
        #expect(try String(contentsOfFile: host.root + "/etc/acme-web.conf", encoding: .utf8) == "own\n")
        #expect(try String(contentsOfFile: host.root + "/etc/acme-tls.conf", encoding: .utf8) == "2-1\n")
        #expect(try await host.dnf.inventory().keptConfiguration == ["/etc/acme-web.conf.rpmnew"])
    }

    @Test("reboots once for a new kernel and a new C library, and proves it")
    func reboot() async throws {
        let (glibc, newGlibc) = (RPMPackage("glibc", "2.34-1"), RPMPackage("glibc", "2.34-2"))
        let boot = BootedRoot()
        let host = try await DnfHost(installed: [web, glibc], updates: [newGlibc], running: boot.running)
        try boot.prepare(host)
        let fact = try await host.run(Orders.install([Orders.rpm(newGlibc)]))
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.reboot?.outcome == .confirmed)
        #expect(
            result.reboot?.reasons == [
                "glibc 2.34-2 was installed after the boot",
                "the kernel 6.1.21-1.acme is installed and 6.1.9-1.acme runs",
            ]
        )
        #expect(result.patches.map(\.state) == [.installed])
    }
}

extension Orders {
    static func rpm(_ package: RPMPackage) -> PatchReference {
        patch(package.name, package.version, architecture: "noarch")
    }
}
