import Foundation
import LocalFleet
import Testing

@Suite("The local fleet", .timeLimit(.minutes(10)))
struct LocalFleetTests {
    @Test("is nine hosts with their own package databases and pending updates")
    func nine() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/ringmaster-fleet-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fleet = try await LocalFleet.build(in: folder)
        #expect(Set(fleet.hosts.map(\.name)).count == 9)
        #expect(Set(fleet.hosts.map(\.site.zone)).count == 3)
        #expect(Set(fleet.hosts.map(\.patchGroup)) == ["Debian12-early", "Debian12-main", "Debian12-late"])
        for host in fleet.hosts {
            let versions = try await host.root.installedVersions()
            #expect(versions["acme-web"] == "2.4.1-1")
            #expect((versions[Catalogue.rebooting] != nil) == (host.site == LocalFleet.sites[0]))
            #expect(try await host.root.audit().isEmpty)
        }
        let security = try String(
            contentsOfFile: "\(fleet.repository.folder)/dists/bookworm-security/Release",
            encoding: .utf8
        )
        #expect(security.contains("Label: Debian-Security\n"))
    }
}
