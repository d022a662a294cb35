import AgentProtocol
import Foundation
import Testing

/// What somebody on the way between repository and host can do.
@Suite("dnf and whom it trusts", .timeLimit(.minutes(10)))
struct DnfTrustTests {
    private let web = RPMPackage("acme-web", "1.0-1")
    private let newWeb = RPMPackage("acme-web", "1.0-2")

    @Test("installs no archive that is another one than its repository tells of")
    func changed() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        try Data.flipLastByte(ofFile: "\(host.folder.path)/updates/\(newWeb.fileName)")
        let fact = try await host.run(Orders.install([Orders.rpm(newWeb)]))
        guard case .failed(_, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(!detail.isEmpty)
        #expect(try await host.installed() == ["acme-web 1.0-1"])
    }

    @Test("installs nothing that is not signed where the host asks for signatures")
    func unsigned() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb], configuration: "gpgcheck=1")
        let fact = try await host.run(Orders.install([Orders.rpm(newWeb)]))
        // Of what is unsigned altogether dnf 4.14 says nothing that tells its class.
        guard case .failed(_, _, _, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(patches.map(\.state) == [.failed])
        #expect(try await host.installed() == ["acme-web 1.0-1"])
    }
}
