import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// What the scripts of packages find, and what follows from their failure.
@Suite("Scripts of packages on apt", .timeLimit(.minutes(10)))
struct AptScriptTests {
    @Test("have nobody to ask: no dialog, no terminal, nothing to read")
    func unattended() async throws {
        let curious = LocalPackage(
            "acme-web",
            "2",
            postinst: """
                {
                    echo "$DEBIAN_FRONTEND $NEEDRESTART_MODE $UCF_FORCE_CONFFOLD"
                    test -t 0 || test -t 1 || test -t 2 || echo no terminal
                    ( : < /dev/tty ) 2> /dev/null || echo no other terminal
                    read -r answer || echo nothing to read
                } > "$DPKG_ROOT/tmp/found"
                """
        )
        let host = try await AptHost(installed: [LocalPackage("acme-web", "1")], updates: [curious])
        guard case .installed? = try await host.run(Orders.install([Orders.patch("acme-web", "2")])) else {
            Issue.record("not installed")
            return
        }
        let found = try String(contentsOfFile: host.host.root + "/tmp/found", encoding: .utf8)
        #expect(found == "noninteractive l 1\nno terminal\nno other terminal\nnothing to read\n")
    }

    @Test("that fail keep the host from a reboot into what is half done, though the kernel asks for one")
    func failedKernel() async throws {
        let script = LocalPackage.asksForReboot + "\necho 'update-initramfs: failed' >&2; exit 1"
        let host = try await AptHost(
            installed: [LocalPackage("acme-kernel", "6.1-1")],
            updates: [LocalPackage("acme-kernel", "6.1-2", postinst: script)]
        )
        let fact = try await host.run(Orders.install([Orders.patch("acme-kernel", "6.1-2")]))
        guard case .failed(.script, let detail, .some, let patches)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("update-initramfs: failed"))
        #expect(patches.map(\.state) == [.failed])
        #expect(host.reboots == 0)
        #expect(try host.apt.rebootRequest().reasons == ["acme-kernel asks for a reboot"])
    }
}
