import AgentProtocol
import Foundation
import LocalFleet
import Testing

/// What somebody on the way between archive and host can do.
@Suite("apt and whom it trusts", .timeLimit(.minutes(10)))
struct AptTrustTests {
    private let web = LocalPackage("acme-web", "1.0-1")
    private let newWeb = LocalPackage("acme-web", "1.0-2")

    @Test("takes nothing from an archive that nobody signed, whatever the host allows")
    func unsigned() async throws {
        let host = try await AptHost(installed: [web], updates: [newWeb])
        let apt = host.host.root + "/etc/apt"
        try Data(host.repository.sources.replacing("[trusted=yes] ", with: "").utf8)
            .write(to: URL(fileURLWithPath: apt + "/sources.list"))
        let careless = [
            "Acquire::AllowInsecureRepositories", "Acquire::AllowWeakRepositories",
            "Acquire::AllowDowngradeToInsecureRepositories", "APT::Get::AllowUnauthenticated",
        ]
        try Data(careless.map { "\($0) \"true\";\n" }.joined().utf8)
            .write(to: URL(fileURLWithPath: apt + "/apt.conf.d/99careless"))
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", newWeb.version)]))
        guard case .failed(.signature, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("is not signed"))
        #expect(try await host.host.installedVersions() == ["acme-web": web.version])
    }

    @Test("installs no archive that is another one than its index tells of")
    func changed() async throws {
        let host = try await AptHost(installed: [web], updates: [newWeb])
        try Data.flipLastByte(ofFile: try await host.repository.build(newWeb))
        let fact = try await host.run(Orders.install([Orders.patch("acme-web", newWeb.version)]))
        guard case .failed(.repository, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("Hash Sum mismatch"))
        #expect(try await host.host.installedVersions() == ["acme-web": web.version])
    }
}
