import Foundation
import Testing

/// What of the agent depends on the operating system has one folder: beside it another one's can be written.
@Suite("Platform rules")
struct PlatformRulesTests {
    private static let folder = "HostAgent/Platform/"
    private static let targets = ["AgentCommands/", "AgentProtocol/", "HostAgent/", "ringmaster-agent/"]

    @Test("The agent's calls of the operating system are in its platform folder alone")
    func onePlace() throws {
        var (broken, platform) = ([String](), 0)
        for (file, text) in try Self.sources() {
            if file.hasPrefix(Self.folder) { platform += 1 }
            broken += Self.breaches(of: file, text)
        }
        #expect(broken.isEmpty, "\(broken.sorted().joined(separator: "\n"))")
        #expect(platform > 0, "nothing was found below Sources/\(Self.folder)")
    }

    @Test(
        "A call that strays is found",
        arguments: [
            "import Glibc", "package import Musl", "import Darwin.C", "import WinSDK", "import Subprocess",
            "import struct SystemPackage.FilePath", "@preconcurrency import ucrt", "import func Glibc.kill",
            "#if os(Windows)", "    #elseif canImport(Glibc)", #"let maps = "/proc/self/maps""#,
        ]
    )
    func stray(line: String) {
        let text = "import AgentProtocol\n\(line)\n"
        #expect(Self.breaches(of: "HostAgent/Apt/Apt.swift", text).count == 1)
        #expect(Self.breaches(of: "AgentCommands/Run.swift", text).count == 1)
        #expect(Self.breaches(of: "HostAgent/Platform/Boot.swift", text).isEmpty)
    }

    /// The lines that only the platform folder may have.
    private static func breaches(of file: String, _ text: String) -> [String] {
        guard targets.contains(where: file.hasPrefix), !file.hasPrefix(folder) else { return [] }
        let systems =
            #/^(?:[\w@]+ )*import (?:\w+ )?(?:Glibc|Musl|Darwin|WinSDK|CRT|ucrt|Android|Subprocess|SystemPackage)(?!\w)/#
        let condition = #/^\s*#(?:else)?if .*(?:os|canImport)\(/#
        return text.split(separator: "\n").filter { line in
            line.prefixMatch(of: systems) != nil || line.prefixMatch(of: condition) != nil || line.contains("\"/proc/")
        }.map { "\(file): \($0.trimmingCharacters(in: .whitespaces))" }
    }

    /// Every (file under Sources, its text).
    private static func sources() throws -> [(file: String, text: String)] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        return try files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map {
            ($0, try String(contentsOf: sources.appending(path: $0), encoding: .utf8))
        }
    }
}
