import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// What comes with updates and what keeps single ones out, by real apt and dpkg.
@Suite("apt's choice of packages", .timeLimit(.minutes(10)))
struct AptSelectionTests {
    private let meta = LocalPackage("acme-kernel", "6.1-1")
    private let newMeta = LocalPackage("acme-kernel", "6.1-2", depends: "acme-image-2 (= 6.1-2)")
    private let image = LocalPackage("acme-image-2", "6.1-2")
    private let web = LocalPackage("acme-web", "1.0-1")
    private let newWeb = LocalPackage("acme-web", "1.0-2")

    @Test("an update that needs a new package is scanned with it, and brings it and no other")
    func newcomer() async throws {
        let host = try await AptHost(
            installed: [meta, web],
            updates: [
                newMeta, image, LocalPackage("acme-web", "1.0-2", depends: "acme-fonts"),
                LocalPackage("acme-fonts", "1"),
            ]
        )
        try await host.apt.refresh()
        let inventory = try await host.apt.inventory()
        #expect(inventory.newcomers.map(\.name) == ["acme-fonts", "acme-image-2"])
        #expect(inventory.newcomers.map(\.version) == ["1", "6.1-2"])
        #expect(inventory.newcomers.allSatisfy { $0.origins.map(\.label) == ["Debian-Security"] })
        let needs = [
            PackageNeeds(name: "acme-kernel", needs: ["acme-image-2"]),
            PackageNeeds(name: "acme-web", needs: ["acme-fonts"]),
        ]
        #expect(inventory.needs == needs)

        let newcomers = inventory.newcomers.map { Orders.patch($0.name, $0.version, architecture: $0.architecture) }
        let order = Orders.install([Orders.patch("acme-kernel", "6.1-2")], newcomers: newcomers)
        guard case .installed(let result)? = try await host.run(order) else {
            Issue.record("not installed")
            return
        }
        #expect(result.patches.map(\.patch.name) == ["acme-kernel", "acme-image-2"])
        #expect(result.patches.map(\.state) == [.installed, .installed])
        let versions = try await host.host.installedVersions()
        #expect(versions == ["acme-kernel": "6.1-2", "acme-image-2": "6.1-2", "acme-web": "1.0-1"])
    }

    @Test("a new package comes at the ordered version though there is a newer one")
    func frozenNewcomer() async throws {
        let loose = LocalPackage("acme-kernel", "6.1-2", depends: "acme-image-2")
        let host = try await AptHost(installed: [meta], updates: [loose, image])
        try await host.repository.publish([LocalPackage("acme-image-2", "6.1-3")], in: .security)
        let newcomers = [Orders.patch("acme-image-2", "6.1-2")]
        guard
            case .installed? = try await host.run(
                Orders.install([Orders.patch("acme-kernel", "6.1-2")], newcomers: newcomers)
            )
        else {
            Issue.record("not installed")
            return
        }
        #expect(try await host.host.installedVersions()["acme-image-2"] == "6.1-2")
    }

    @Test("one patch that would remove a package does not sink the others")
    func conflict() async throws {
        let greedy = LocalPackage("acme-kernel", "6.1-2", conflicts: "acme-tls")
        let host = try await AptHost(installed: [meta, web, LocalPackage("acme-tls", "3")], updates: [greedy, newWeb])
        let order = Orders.install([Orders.patch("acme-kernel", "6.1-2"), Orders.patch("acme-web", "1.0-2")])
        guard case .failed(.conflict, let detail, .some, let patches)? = try await host.run(order) else {
            Issue.record("not a conflict")
            return
        }
        #expect(detail.contains("would remove acme-tls"))
        #expect(patches.map(\.state) == [.failed, .installed])
        let versions = try await host.host.installedVersions()
        #expect(versions == ["acme-kernel": "6.1-1", "acme-web": "1.0-2", "acme-tls": "3"])
    }

    @Test("a host that removes orphans by itself does not do so in an order")
    func orphans() async throws {
        let needy = LocalPackage("acme-web", "1.0-1", depends: "acme-fonts")
        let host = try await AptHost(installed: [LocalPackage("acme-fonts", "1"), needy], updates: [newWeb])
        try Data("APT::Get::AutomaticRemove \"true\";\n".utf8)
            .write(to: URL(fileURLWithPath: host.host.root + "/etc/apt/apt.conf.d/99orphans"))
        let architecture = try await Apt.nativeArchitecture()
        try Data("Package: acme-fonts\nArchitecture: \(architecture)\nAuto-Installed: 1\n".utf8)
            .write(to: URL(fileURLWithPath: host.host.root + "/var/lib/apt/extended_states"))
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", "1.0-2")]))
        guard case .installed? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(try await host.host.installedVersions() == ["acme-fonts": "1", "acme-web": "1.0-2"])
    }

    @Test("updates of a package in two architectures are told apart")
    func architectures() async throws {
        let native = try await Apt.nativeArchitecture()
        let foreign = native == "i386" ? "amd64" : "i386"
        func library(_ version: String) -> [LocalPackage] {
            [native, foreign].map { LocalPackage("acme-lib", version, architecture: $0, isMultiArch: true) }
        }
        let host = try await AptHost(installed: [], updates: library("1") + library("2"))
        try Data("\(native)\n\(foreign)\n".utf8)
            .write(to: URL(fileURLWithPath: host.host.root + "/var/lib/dpkg/arch"))
        for package in library("1") {
            _ = try await host.host.dpkg(["--install", try await host.repository.build(package)])
        }
        try await host.apt.refresh()
        let updates = try await host.apt.inventory().updates
        #expect(Set(updates.map(\.architecture)) == [native, foreign] && updates.map(\.version) == ["2", "2"])
    }

    @Test("a package's source is told where its name or version is another")
    func sources() async throws {
        let host = try await AptHost(
            installed: [
                web, LocalPackage("libacme1", "2.0-1", source: "acme"),
                LocalPackage("rebuilt", "2.0-1+b1", source: "rebuilt (2.0-1)"),
            ],
            updates: []
        )
        try await host.apt.refresh()
        let packages = try await host.apt.inventory().packages
        #expect(packages.map(\.name) == ["acme-web", "libacme1", "rebuilt"])
        let expected = [
            nil, SourcePackage(name: "acme", version: "2.0-1"), SourcePackage(name: "rebuilt", version: "2.0-1"),
        ]
        #expect(packages.map(\.source) == expected)
    }

    @Test("what is installed tells how archives offer it, each way once; what none offers tells nothing")
    func offerings() async throws {
        let both = LocalPackage("acme-tls", "3", section: "libs")
        let host = try await AptHost(
            installed: [both, web, LocalPackage("acme-fonts", "1")],
            updates: [both, LocalPackage("acme-web", "1.0-0")]
        )
        let own = try await host.repository.build(LocalPackage("own", "1"))
        _ = try await host.host.dpkg(["--install", own])
        try await host.apt.refresh()
        let inventory = try await host.apt.inventory()
        #expect(inventory.packages.map(\.name) == ["acme-fonts", "acme-tls", "acme-web", "own"])
        #expect(inventory.packages.map(\.offering) == [0, 1, 0, nil])
        let offerings = try #require(inventory.offerings)
        #expect(offerings.map(\.section) == ["net", "libs"] && offerings.map(\.priority) == ["optional", "optional"])
        #expect(offerings.map { $0.origins.map(\.label) } == [["Debian"], ["Debian", "Debian-Security"]])
    }

    @Test("the end of output without end is read")
    func output() async throws {
        let noisy = LocalPackage(
            "acme-web",
            "1.0-2",
            postinst: "head -c 70000000 /dev/zero | tr '\\0' '\\n'; echo the end is near >&2; exit 7"
        )
        let host = try await AptHost(installed: [web], updates: [noisy])
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", "1.0-2")]))
        guard case .failed(.script, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("the end is near"))
    }

    @Test("a transaction that may not wait gives up a lock at once")
    func lock() async throws {
        let host = try await AptHost(installed: [web], updates: [newWeb])
        try await host.apt.refresh()
        let descriptor = open(host.host.root + "/var/lib/dpkg/lock-frontend", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        try #require(fcntl(descriptor, F_SETLK, &lock) == 0)
        let transaction = PackageTransaction([Orders.patch("acme-web", "1.0-2")])
        #expect(await host.apt.install(transaction, waiting: .zero)?.kind == .lock)
    }

    @Test("a newer installed kernel of the running flavour wants a reboot")
    func kernel() async throws {
        let host = try await AptHost(installed: [], updates: [])
        try FileManager.default.createDirectory(atPath: host.host.root + "/boot", withIntermediateDirectories: true)
        for kernel in ["6.1.0-9-amd64", "6.1.0-10-amd64", "6.1.0-11-cloud-amd64"] {
            try Data().write(to: URL(fileURLWithPath: host.host.root + "/boot/vmlinuz-" + kernel))
        }
        let reasons = [
            "6.1.0-9-amd64": ["the kernel 6.1.0-10-amd64 is installed and 6.1.0-9-amd64 runs"],
            "6.1.0-10-amd64": [], "6.1.0-11-cloud-amd64": [], "6.1.0-8-amd64": [],
        ]
        for (running, expected) in reasons {
            let apt = try await Apt(root: host.host.root, folder: host.folder.path + "/other", kernel: running)
            let request = try apt.rebootRequest()
            #expect(request.reasons == expected, "\(running)")
            #expect(request.packages == (expected.isEmpty ? [] : ["linux-image-6.1.0-10-amd64"]))
        }
    }
}
