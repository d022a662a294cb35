import Foundation
import Testing

/// Arrows point down: what each target may import, as docs/architecture.md draws it.
@Suite("Import rules")
struct ImportRulesTests {
    private static let rules: [String: Set<String>] = [
        "Time": [],
        "Domain": ["Time"],
        "AgentProtocol": ["Time"],
        "Scheduling": ["Domain", "Time", "Foundation"],
        "Workflows": ["Domain", "Scheduling", "Time", "Yams", "FoundationEssentials"],
        "CLibPQ": [],
        "CLinuxEvents": [],
        "Postgres": [
            "CLibPQ", "CLinuxEvents", "Time", "Crypto", "Logging", "Glibc", "Synchronization", "FoundationEssentials",
        ],
        "EmbeddedPostgres": [
            "Postgres", "Time", "Subprocess", "Logging", "Glibc", "FoundationEssentials", "Crypto", "Synchronization",
        ],
        "DurableStreams": ["Postgres", "Time", "Crypto", "Logging", "Synchronization", "FoundationEssentials"],
        "PatchStreams": ["Domain", "DurableStreams", "AgentProtocol", "Time", "FoundationEssentials"],
        "ReadModels": [
            "Domain", "DurableStreams", "PatchStreams", "Postgres", "AgentProtocol", "Time", "Logging",
            "FoundationEssentials", "Synchronization",
        ],
        "ControlPlane": [
            "Domain", "Scheduling", "Workflows", "DurableStreams", "PatchStreams", "ReadModels", "Postgres",
            "AgentProtocol", "Time",
            "Crypto", "Logging", "FoundationEssentials", "Foundation", "Glibc", "ServiceLifecycle", "Synchronization",
        ],
        "API": [
            "ControlPlane", "ReadModels", "AgentProtocol", "Time", "Hummingbird", "HummingbirdTLS", "NIOSSL",
            "ServiceLifecycle",
            "Crypto", "Logging", "FoundationEssentials",
        ],
        "Client": ["AgentProtocol", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "FoundationEssentials"],
        "HostAgent": [
            "AgentProtocol", "Time", "Subprocess", "SystemPackage", "Crypto", "AsyncHTTPClient", "NIOCore", "NIOHTTP1",
            "NIOSSL",
            "NIOFoundationEssentialsCompat", "Logging", "FoundationEssentials", "Glibc", "Synchronization",
        ],
        "LocalFleet": [
            "Subprocess", "SystemPackage", "Foundation", "FoundationEssentials", "Crypto", "Glibc", "Synchronization",
        ],
        "Commands": [
            "ControlPlane", "API", "Client", "ReadModels", "Workflows", "Domain", "AgentProtocol", "DurableStreams",
            "Postgres",
            "EmbeddedPostgres", "LocalFleet", "Time", "ArgumentParser", "ServiceLifecycle", "Logging", "Subprocess",
            "SystemPackage",
            "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Hummingbird", "Crypto", "UnixSignals",
        ],
        "AgentCommands": [
            "HostAgent", "AgentProtocol", "Time", "ArgumentParser", "Logging", "Glibc", "FoundationEssentials",
        ],
        "ringmaster": ["Commands"],
        "ringmaster-agent": ["AgentCommands"],
        "TestSupport": [
            "EmbeddedPostgres", "Postgres", "DurableStreams", "Time", "Logging", "Glibc", "FoundationEssentials",
            "Foundation",
            "Subprocess", "SystemPackage", "Synchronization",
        ],
    ]

    @Test("No target imports what stands beside or above it")
    func importsFollowTheGraph() throws {
        var broken: [String] = []
        for (file, imported) in try Self.imports() {
            let target = file.split(separator: "/")[0]
            guard let allowed = Self.rules[String(target)] else {
                broken.append("\(file): the target \(target) has no rule; add one here and in docs/architecture.md")
                continue
            }
            if !allowed.contains(imported) { broken.append("\(file): \(target) may not import \(imported)") }
        }
        #expect(broken.isEmpty, "\(broken.sorted().joined(separator: "\n"))")
    }

    @Test("The agent's side never imports Foundation, which would make its binary four times as large")
    func agentIsSmall() throws {
        let targets: Set<Substring> = ["Time", "AgentProtocol", "HostAgent", "AgentCommands", "ringmaster-agent"]
        let broken = try Self.imports().filter { file, imported in
            targets.contains(file.split(separator: "/")[0]) && imported == "Foundation"
        }
        #expect(broken.isEmpty, "\(broken)")
    }

    /// Every (file under Sources, imported module).
    private static func imports() throws -> [(file: String, module: String)] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let enumerator = try #require(FileManager.default.enumerator(atPath: sources.path))
        let line =
            #/^(?:(?:package|public|internal|private|fileprivate|@\w+) )*import (?:struct |class |enum |func )?(?<module>\w+)/#
        var found: [(String, String)] = []
        for case let path as String in enumerator where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for match in text.split(separator: "\n").compactMap({ $0.prefixMatch(of: line) }) {
                found.append((path, String(match.output.module)))
            }
        }
        try #require(found.count > 50, "the sources were not found under \(sources.path)")
        return found
    }
}
