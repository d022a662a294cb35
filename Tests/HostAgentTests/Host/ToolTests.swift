import AgentProtocol
import Subprocess
import Testing

@testable import HostAgent

@Suite("The system's tools")
struct ToolTests {
    @Test("are ended at their limit, and the failure names them")
    func limit() async throws {
        let failure = await #expect(throws: StepFailure.self) {
            try await Tool().capture("sleep", ["86400"], within: .milliseconds(1))
        }
        #expect(failure?.kind == .timeout)
        #expect(failure?.detail.hasPrefix("sleep did not end within ") == true)
    }

    @Test("see a fixed environment, and of the agent's own its proxies alone")
    func environment() async throws {
        let result = try await Tool(["APT_CONFIG": "/here"]).capture("env", [], within: .seconds(600))
        let names = result.output.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
        let proxies: Set = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy"]
        let expected: Set = [
            "APT_CONFIG", "DEBIAN_FRONTEND", "DEBIAN_PRIORITY", "HOME", "LC_ALL", "NEEDRESTART_MODE", "PATH", "TZ",
            "UCF_FORCE_CONFFOLD",
        ]
        #expect(Set(names).subtracting(proxies) == expected)
    }

    @Test("run in a scope with a name of its own")
    func scope() {
        let words = OwnScope.words("/usr/bin/dnf-3", ["upgrade", "--best"], number: 7)
        #expect(
            words == [
                "systemd-run", "--scope", "--quiet", "--collect", "--unit=ringmaster-dnf-3-7", "--", "/usr/bin/dnf-3",
                "upgrade", "--best",
            ]
        )
    }

    @Test(
        "run without a scope when systemd gave none, and never a second time",
        arguments: [
            (1, "Failed to connect to bus: No such file or directory\n", true), (1, "Failed to fetch it\n", false),
            (0, "Failed to connect to bus", false), (100, "E: Failed to connect to bus", false),
        ]
    )
    func withoutScope(code: Int32, output: String, isMissed: Bool) {
        #expect(OwnScope.isMissed(Tool.Result(.exited(code), output: output, errors: "")) == isMissed)
    }
}
