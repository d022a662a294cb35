import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// Some broken packages among many, on real roots with real apt and dpkg.
@Suite("apt with broken packages", .timeLimit(.minutes(10)))
struct AptPartsTests {
    private static let good = (1...8).map { "acme-good\($0)" }

    @Test("installs eight of ten patches and gives each of the two others its own class and words")
    func twoOfTen() async throws {
        let names = Self.good + ["acme-script", "acme-clash"]
        // A file of another package's, which dpkg finds when it unpacks.
        let clash = LocalPackage("acme-clash", "2", file: "/usr/share/acme-good1/version")
        let script = LocalPackage("acme-script", "2", postinst: "echo migration failed; exit 7")
        let host = try await AptHost(
            installed: names.map { LocalPackage($0, "1") },
            updates: Self.good.map { LocalPackage($0, "2") } + [script, clash]
        )
        let order = Orders.install(names.sorted().map { Orders.patch($0, "2") })
        guard case .failed(_, _, .some, let patches)? = try await host.run(order) else {
            Issue.record("not failed")
            return
        }
        let failed = patches.filter { $0.state == .failed }
        #expect(failed.map(\.patch.name) == ["acme-clash", "acme-script"])
        #expect(failed.map(\.failure) == [.conflict, .script])
        #expect(failed[0].output?.contains("trying to overwrite") == true)
        #expect(failed[1].output?.contains("migration failed") == true)
        let versions = try await host.host.installedVersions()
        #expect(Self.good.allSatisfy { versions[$0] == "2" })
        #expect(versions["acme-clash"] == "1")
        let kept = try host.outputs.pending()
        #expect(kept.map(\.name) == ["apt"] && kept.map(\.order) == [order.id])
        let log = try #require(host.manager.logs.first)
        #expect(try log.content().isEmpty, "the next order begins anew")
    }

    @Test("takes back what needs a package that does not come, so that the next order goes")
    func dependent() async throws {
        let file = "/usr/share/acme-good1/version"
        let host = try await AptHost(
            installed: [
                LocalPackage("acme-good1", "1"), LocalPackage("acme-good2", "1"),
                LocalPackage("acme-clash", "1"), LocalPackage("acme-needy", "1"),
            ],
            updates: [
                LocalPackage("acme-good2", "2"), LocalPackage("acme-clash", "2", file: file),
                LocalPackage("acme-needy", "2", depends: "acme-clash (>= 2)"),
            ]
        )
        let first = Orders.install(["acme-clash", "acme-needy"].map { Orders.patch($0, "2") })
        guard case .failed(.conflict, _, .some, let patches)? = try await host.run(first) else {
            Issue.record("not a conflict")
            return
        }
        #expect(patches.map(\.failure) == [.conflict, .conflict])
        #expect(try await host.host.audit().isEmpty)
        #expect(try await host.host.installedVersions()["acme-needy"] == "1")
        let next = Orders.install([Orders.patch("acme-good2", "2")], id: "rollout-2#0#1")
        guard case .installed? = try await host.run(next) else {
            Issue.record("the next order does not go")
            return
        }
    }

    @Test("is hindered by no package that somebody left half configured")
    func foreign() async throws {
        let host = try await AptHost(
            installed: [LocalPackage("acme-good1", "1"), LocalPackage("acme-other", "1")],
            updates: [LocalPackage("acme-good1", "2")]
        )
        let archive = try await host.repository.build(LocalPackage("acme-other", "2", postinst: "exit 3"))
        await #expect(throws: FleetFailure.self) { try await host.host.dpkg(["--install", archive]) }
        guard case .installed? = try await host.run(Orders.install([Orders.patch("acme-good1", "2")])) else {
            Issue.record("not installed")
            return
        }
    }
}
