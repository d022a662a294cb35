import AgentProtocol
import Foundation
import HostAgent
import Testing

/// Some broken packages among many, on real roots with real dnf and rpm.
@Suite("dnf with broken packages", .timeLimit(.minutes(10)))
struct DnfPartsTests {
    @Test(
        "installs eight of ten patches and gives each of the two others its own class and words",
        arguments: [true, false]
    )
    func twoOfTen(isLate: Bool) async throws {
        let good = (1...8).map { "acme-good\($0)" }
        let names = (good + ["acme-clash", "acme-script"]).sorted()
        let script = "error('migration failed')"
        let file = "/usr/share/acme"
        let broken = [
            RPMPackage("acme-clash", "1.0-2", file: file),
            RPMPackage("acme-script", "1.0-2", post: isLate ? script : "", pre: isLate ? "" : script),
        ]
        let host = try await DnfHost(
            installed: names.map { RPMPackage($0, "1.0-1") } + [RPMPackage("acme-owner", "1.0-1", file: file)],
            updates: good.map { RPMPackage($0, "1.0-2") } + broken
        )
        let order = Orders.install(names.map { Orders.rpm(RPMPackage($0, "1.0-2")) })
        guard case .failed(_, _, .some, let patches)? = try await host.run(order) else {
            Issue.record("not failed")
            return
        }
        let failed = patches.filter { $0.state == .failed }
        #expect(failed.map(\.patch.name) == ["acme-clash", "acme-script"])
        #expect(failed.map(\.failure) == [.conflict, .script])
        #expect(failed[0].output?.contains("conflicts with file from package acme-owner") == true)
        #expect(failed[1].output?.contains("migration failed") == true)
        let installed = try await host.installed()
        #expect(good.allSatisfy { installed.contains("\($0) 1.0-2") })
        #expect(installed.contains("acme-clash 1.0-1"))
        #expect(Set(try host.outputs.pending().map(\.name)) == ["dnf", "dnf-fetch"])
    }
}
