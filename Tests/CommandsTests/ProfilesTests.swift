import Commands
import FoundationEssentials
import Testing
import Workflows

@Suite("Profiles of the command line")
struct ProfilesTests {
    /// A home folder with that file of profiles.
    private static func withHome(_ text: String?, _ body: (Profiles, String) throws -> Void) async throws {
        try await TemporaryFolder.with { home in
            let folder = home + "/.config/ringmaster"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let text { try Data(text.utf8).write(to: URL(filePath: folder + "/config.yaml")) }
            try body(Profiles(environment: ["HOME": home]), home)
        }
    }

    @Test("The one that is named counts, or the file's own; its files lie beside it or in the home folder")
    func named() async throws {
        let text = "{ profile: a, profiles: { a: { token-file: a.token, ca-file: ~/ca.pem }, b: { token-file: /b } } }"
        try await Self.withHome(text) { profiles, home in
            let standard = try #require(try profiles.profile(named: nil))
            #expect(standard.tokenFile == home + "/.config/ringmaster/a.token")
            #expect(standard.caFile == home + "/ca.pem")
            #expect(try profiles.profile(named: "b")?.tokenFile == "/b")
            let error = #expect(throws: CommandFailure.self) { try profiles.profile(named: "c") }
            #expect("\(try #require(error))".contains("which has a, b"))
        }
    }

    @Test("Without a file, and without a name, there is none; a name that is nowhere is told")
    func none() async throws {
        try await Self.withHome(nil) { profiles, _ in
            let none = try profiles.profile(named: nil)
            #expect(none == nil)
            #expect(throws: CommandFailure.self) { try profiles.profile(named: "a") }
        }
        try await Self.withHome("profiles: { a: {} }") { profiles, _ in
            let none = try profiles.profile(named: nil)
            #expect(none == nil)
        }
    }
}
