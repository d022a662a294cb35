import Domain
import Foundation
import Testing
import Workflows
import Yams

/// The files under policy/, as they are shipped.
private let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "policy")

@Suite("The shipped policy")
struct ShippedPolicyTests {
    private static let names = ["baselines", "freezes", "sites", "sla", "tests", "waivers", "windows"]

    private func read() throws -> PolicyFiles {
        let files = try Self.names.map { name in
            let data = try Data(contentsOf: folder.appending(path: "\(name).yaml"))
            return PolicyFiles.File(name: "\(name).yaml", bytes: Array(data))
        }
        return try PolicyFiles(files) { source throws(UnreadableCalendar) in throw UnreadableCalendar(source) }
    }

    @Test("It is the reference fleet's: six sites, nine patch groups, three baselines, and nothing is wrong with it")
    func complete() throws {
        let policy = try read().policy
        #expect(policy.sites.count == 6)
        #expect(policy.sites.allSatisfy { !$0.businessHours.isEmpty })
        #expect(policy.groups.count == 9)
        #expect(policy.baselines.flatMap(\.patchGroups).sorted() == policy.groups.sorted())
        #expect(policy.windows.map(\.name) == ["scan", "early", "main", "late"])
        #expect(policy.sla == .standard)
        #expect(policy.waivers.allSatisfy { $0.term != nil })
        #expect(policy.waivers.map(\.scope) == [.patchGroups(["Ubuntu22-early", "Ubuntu22-main", "Ubuntu22-late"])])
    }

    @Test("Its own cases hold")
    func cases() throws {
        let files = try read()
        #expect(files.tests.count == 6)
        #expect(files.tests.compactMap { $0.failure(under: files.policy) } == [])
    }

    @Test("Every key of it is in the JSON Schema", arguments: names)
    func schema(name: String) throws {
        let schema = try JSONSchema(Data(contentsOf: folder.appending(path: "policy.schema.json")))
        let text = try String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8)
        #expect(schema.unknownKeys(in: try #require(try Yams.compose(yaml: text))) == [])
        // The check itself can fail:
        let key = try #require(text.firstMatch(of: /(name|for|critical|owner):/))
        let misspelt = text.replacing("\(key.1):", with: "nmae:")
        #expect(schema.unknownKeys(in: try #require(try Yams.compose(yaml: misspelt))).contains("nmae"))
    }
}
