import Testing
import Workflows

@Suite("A file of profiles")
struct ProfileFileTests {
    private static let sound = """
        profile: production
        profiles:
          production: { server: "https://patch.example.com:7440", token-file: p.token, ca-file: ca.pem }
          test: {}
        """

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try ProfileFile.parse(Array(text.utf8), file: "c.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("Its profiles are read, and which is used without a name")
    func sound() throws {
        let file = try ProfileFile.parse(Array(Self.sound.utf8), file: "c.yaml")
        #expect(file.standard == "production")
        #expect(file.profiles.map(\.name) == ["production", "test"])
        #expect(file.profiles[0].server == "https://patch.example.com:7440")
        #expect(file.profiles[0].tokenFile == "p.token" && file.profiles[0].caFile == "ca.pem")
        #expect(file.profiles[1].server == nil)
    }

    @Test("What is wrong is told with its place")
    func wrong() {
        let unknown = Self.problems(Self.sound.replacing("token-file", with: "token-fil"))
        #expect(
            unknown.count == 1 && unknown[0].hasPrefix("c.yaml:3:") && unknown[0].contains("did you mean `token-file`?")
        )
        let missing = Self.problems(Self.sound.replacing("profile: production", with: "profile: prod"))
        #expect(missing == ["c.yaml:1:10: there is no profile `prod`: expected one of `profiles`"])
        #expect(Self.problems("profiles: []").count == 1)
        #expect(Self.problems("profile: a").count == 1)
        #expect(Self.problems("").count == 1)
    }
}
