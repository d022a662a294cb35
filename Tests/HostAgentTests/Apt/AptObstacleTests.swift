import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// What keeps updates out of a host, as real apt and dpkg have it.
@Suite("Obstacles of updates on apt", .timeLimit(.minutes(10)))
struct AptObstacleTests {
    /// An update as `NAME VERSION` and what keeps it out.
    private struct Found: Equatable {
        let update: String
        let obstacle: UpdateObstacle?

        init(_ update: String, _ obstacle: UpdateObstacle? = nil) {
            self.update = update
            self.obstacle = obstacle
        }
    }

    private func updates(of host: AptHost) async throws -> [Found] {
        try await host.apt.refresh()
        return try await host.apt.inventory().updates.map { Found("\($0.name) \($0.version)", $0.obstacle) }
    }

    private func pin(_ text: String, on host: AptHost) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: host.host.root + "/etc/apt/preferences.d/pin"))
    }

    @Test(
        "A pin that names the package keeps newer versions out",
        arguments: [
            ("Package: acme-web\nPin: version 1.0\nPin-Priority: 1001", [Found("acme-web 1.2", .pinned)]),
            ("Package: acme-*\nPin: release l=Debian-Security\nPin-Priority: -1", [Found("acme-web 1.2", .pinned)]),
            (
                "Package: acme-web\nPin: version 1.1\nPin-Priority: 1001",
                [Found("acme-web 1.1"), Found("acme-web 1.2", .pinned)]
            ),
            ("Package: acme-web\nPin: version 1.2\nPin-Priority: 1001", [Found("acme-web 1.2")]),
            // Which archives a host takes at all is its own affair, as its list of sources is.
            ("Package: *\nPin: release l=Debian-Security\nPin-Priority: 50", []),
        ]
    )
    private func pins(text: String, expected: [Found]) async throws {
        let host = try await AptHost(
            installed: [LocalPackage("acme-web", "1.0")],
            updates: [LocalPackage("acme-web", "1.1"), LocalPackage("acme-web", "1.2")]
        )
        try pin(text + "\n", on: host)
        #expect(try await updates(of: host) == expected)
    }

    @Test("What comes in phases is told beside what is for all, and as itself on the hosts of every phase")
    func phased() async throws {
        let host = try await AptHost(installed: [LocalPackage("acme-web", "1.0")], updates: [])
        try await host.repository.publish(
            [LocalPackage("acme-web", "1.1"), LocalPackage("acme-web", "1.2", phase: 10)],
            in: .base
        )
        let file = URL(fileURLWithPath: host.host.root + "/etc/apt/apt.conf.d/phases")
        for option in ["Always-Include-Phased-Updates", "Never-Include-Phased-Updates"] {
            try Data("APT::Get::\(option) \"true\";\n".utf8).write(to: file)
            let found = try await updates(of: host)
            #expect(found == [Found("acme-web 1.1"), Found("acme-web 1.2", .phased)], "\(option)")
        }
    }

    @Test("What a security archive offers comes in no phases")
    func security() async throws {
        let update = LocalPackage("acme-web", "1.1", phase: 10)
        let host = try await AptHost(installed: [LocalPackage("acme-web", "1.0")], updates: [update])
        try await host.repository.publish([update], in: .base)
        #expect(try await updates(of: host) == [Found("acme-web 1.1")])
    }

    @Test("What apt keeps back names the package that is in the way; what apt could bring by itself names none")
    func blocked() async throws {
        let host = try await AptHost(
            installed: ["app", "greedy", "lib", "miss", "tied"].map { name in
                LocalPackage(name, "1", depends: ["app": "lib", "tied": "lib (= 1)"][name] ?? "")
            } + [LocalPackage("held", "1"), LocalPackage("needy", "1")],
            updates: [
                LocalPackage("app", "2", depends: "lib"), LocalPackage("greedy", "2", conflicts: "app"),
                LocalPackage("lib", "2"), LocalPackage("miss", "2", depends: "nowhere (>= 3)"),
                LocalPackage("held", "2"), LocalPackage("needy", "2", depends: "held (>= 2)"),
            ]
        )
        _ = try await host.host.dpkg(["--set-selections"], input: "held hold\n")
        let expected = [
            Found("app 2"), Found("greedy 2", .blocked(by: "app")), Found("held 2"),
            Found("lib 2", .blocked(by: "tied")), Found("miss 2", .blocked(by: "nowhere")),
            Found("needy 2", .blocked(by: "held")),
        ]
        #expect(try await updates(of: host) == expected)
    }

    @Test("What is broken is told, and keeps the update to the version it has until it works")
    func broken() async throws {
        let web = LocalPackage("acme-web", "1.1", postinst: "test -e \"$DPKG_ROOT/tmp/works\"")
        let host = try await AptHost(
            installed: [LocalPackage("acme-web", "1.0"), LocalPackage("acme-tls", "1.0")],
            updates: [web]
        )
        let archive = try await host.repository.build(web)
        await #expect(throws: (any Error).self) { try await host.host.dpkg(["--install", archive]) }
        #expect(try await updates(of: host) == [Found("acme-web 1.1")])
        #expect(try await host.apt.inventory().packages.map(\.isBroken) == [nil, true])

        try Data().write(to: URL(fileURLWithPath: host.host.root + "/tmp/works"))
        guard case .installed? = try await host.run(Orders.install([Orders.patch("acme-web", "1.1")])) else {
            Issue.record("not installed")
            return
        }
        #expect(try await host.apt.inventory().packages.map(\.isBroken) == [nil, nil])
        #expect(try await updates(of: host) == [])
    }
}
