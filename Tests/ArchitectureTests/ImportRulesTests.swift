import Foundation
import Testing

/// Arrows point down: what each target may import, as docs/architecture.md draws it.
@Suite("Import rules")
struct ImportRulesTests {
    /// What each target may import of our own.
    private static let rules: [Substring: Set<Substring>] = [
        "Time": [],
        "PackageVersions": [],
        "Domain": ["PackageVersions", "Time"],
        "AgentProtocol": ["Time"],
        "Scheduling": ["Domain", "Time"],
        "Workflows": ["Domain", "Scheduling", "Time"],
        "Advisories": ["CLibZ", "Domain", "Time"],
        "Postgres": ["CLibPQ", "CLinuxEvents", "Time"],
        "EmbeddedPostgres": ["CLinuxEvents", "Postgres", "Time"],
        "DurableStreams": ["Postgres", "Time"],
        "Prometheus": [],
        "Schema": ["Postgres"],
        "PatchStreams": ["AgentProtocol", "Domain", "DurableStreams", "Time"],
        "ReadModels": ["AgentProtocol", "Domain", "DurableStreams", "PatchStreams", "Postgres", "Time"],
        "Evidence": ["Domain", "DurableStreams", "PatchStreams", "Time"],
        "ControlPlane": [
            "Advisories", "AgentProtocol", "AWSSignature", "Domain", "DurableStreams", "PatchStreams", "ReadModels",
            "Scheduling", "Time", "Workflows",
        ],
        "API": ["AgentProtocol", "ControlPlane", "Domain", "ReadModels", "Time"],
        "Console": ["AgentProtocol", "ControlPlane", "Domain", "ReadModels", "Scheduling", "Time"],
        "SSMAPI": [
            "AgentProtocol", "AWSSignature", "ControlPlane", "Domain", "PatchStreams", "ReadModels", "Time",
            "WindowsScripts",
        ],
        "Client": ["AgentProtocol"],
        "Probes": ["AgentProtocol", "Domain"],
        "Telemetry": [],
        "Certificates": [],
        "OpenID": ["AgentProtocol", "Domain", "Time"],
        "AWSSignature": ["Time"],
        "Deliveries": ["AWSSignature", "Domain", "Time"],
        "ObjectStorage": ["AWSSignature", "Time"],
        "HostAgent": [
            "AgentProtocol", "AWSSignature", "CLibZ", "CLinuxAgent", "PackageVersions", "Time", "WindowsScripts",
        ],
        "WindowsScripts": [],
        "LocalFleet": [],
        "AgentCommands": ["AgentProtocol", "HostAgent", "Time"],
        "Commands": [
            "Advisories", "AgentProtocol", "API", "AWSSignature", "Certificates", "Client", "Console", "ControlPlane",
            "Deliveries", "Domain",
            "DurableStreams", "EmbeddedPostgres", "Evidence", "LocalFleet", "ObjectStorage", "OpenID",
            "Postgres", "Probes", "Prometheus", "ReadModels", "Schema", "SSMAPI", "Telemetry", "Time",
            "WindowsScripts", "Workflows",
        ],
        "ringmaster": ["Commands"],
        "ringmaster-agent": ["AgentCommands"],
        "Simulation": [
            "AgentProtocol", "ControlPlane", "Domain", "DurableStreams", "HostAgent", "PatchStreams", "ReadModels",
            "Scheduling", "Time",
        ],
        "simulate": ["Simulation"],
        "TestSupport": ["EmbeddedPostgres", "Postgres", "WindowsScripts"],
        "ControlPlaneTestSupport": [
            "AgentProtocol", "AWSSignature", "ControlPlane", "Domain", "DurableStreams", "PatchStreams", "Postgres",
            "ReadModels", "Schema", "TestSupport", "Time", "Workflows",
        ],
    ]

    /// Targets that import nothing else, so that they can do no I/O.
    private static let pure: Set<Substring> = ["Time", "PackageVersions", "Domain", "AgentProtocol"]

    /// Modules of others that have one place each.
    private static let places: [Substring: Set<Substring>] = [
        "ArgumentParser": ["Commands", "AgentCommands", "simulate"],
        "AsyncHTTPClient": ["Client", "Deliveries", "ObjectStorage", "Probes", "Telemetry"],
        "Foundation": ["Advisories", "Scheduling", "LocalFleet", "Commands"],
        "FoundationXML": ["Advisories"],
        "Hummingbird": ["API", "Commands", "Console", "SSMAPI"],
        "HummingbirdCore": ["API"],
        "Mustache": ["Console"],
        "HummingbirdTLS": ["API"],
        "JWTKit": ["OpenID"],
        "Subprocess": ["EmbeddedPostgres", "HostAgent", "LocalFleet", "Commands", "TestSupport"],
        "SwiftASN1": ["Certificates", "Evidence"],
        "X509": ["Certificates"],
        "XMLCoder": ["ObjectStorage"],
        "Yams": ["API", "Workflows"],
    ]

    @Test("No target imports what stands beside or above it")
    func importsFollowTheGraph() throws {
        var broken: [String] = []
        for (file, imported) in try Self.imports() {
            let target = file.prefix { $0 != "/" }
            guard let allowed = Self.rules[target] else {
                broken.append("\(file): the target \(target) has no rule; add one here and in docs/architecture.md")
                continue
            }
            let isOurs = Self.rules[imported] != nil || imported.hasPrefix("CL")
            let isAllowed =
                isOurs
                ? allowed.contains(imported)
                : !Self.pure.contains(target) && Self.places[imported]?.contains(target) ?? true
            if !isAllowed { broken.append("\(file): \(target) may not import \(imported)") }
        }
        #expect(broken.isEmpty, "\(broken.sorted().joined(separator: "\n"))")
    }

    @Test("The agent's side never imports Foundation, which would make its binary four times as large")
    func agentIsSmall() throws {
        let targets: Set<Substring> = [
            "Time", "PackageVersions", "AgentProtocol", "AWSSignature", "HostAgent", "AgentCommands",
            "WindowsScripts", "ringmaster-agent",
        ]
        let broken = try Self.imports().filter { file, imported in
            targets.contains(file.split(separator: "/")[0]) && imported == "Foundation"
        }
        #expect(broken.isEmpty, "\(broken)")
    }

    /// Every (file under Sources, imported module).
    private static func imports() throws -> [(file: String, module: Substring)] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let enumerator = try #require(FileManager.default.enumerator(atPath: sources.path))
        let line =
            #/^(?:(?:package|public|internal|private|fileprivate|@\w+) )*import (?:struct |class |enum |func )?(?<module>\w+)/#
        var found: [(String, Substring)] = []
        for case let path as String in enumerator where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for match in text.split(separator: "\n").compactMap({ $0.prefixMatch(of: line) }) {
                found.append((path, match.output.module))
            }
        }
        try #require(found.count > 50, "the sources were not found under \(sources.path)")
        return found
    }
}
