import Foundation
import Testing

/// Pages that prove what they say by tests.
@Suite("Tests that are named in the documentation")
struct DocumentedTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("are there", arguments: ["known-limits.md", "threats.md"])
    func exist(page: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/\(page)"), encoding: .utf8)
        let named = text.matches(of: #/`(?<test>\w+(?:Tests|Properties)/\w+)`/#).map { String($0.output.test) }
        try #require(named.count > 40, "\(page) names no tests in this form")
        let missing = Set(named).subtracting(try Self.tests())
        #expect(missing.isEmpty, "\(page) names \(missing.sorted()), which are no tests")
    }

    /// Its last column names suites, and functions of suites that it names in any row.
    @Test("are there, by the suites and functions that the page of parity names")
    func parity() throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/ssm-parity.md"), encoding: .utf8)
        let cells = text.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("|"), let cell = line.dropLast(2).split(separator: " | ").last else { return nil }
            return String(cell)
        }
        let suites = Set(cells.flatMap { $0.matches(of: #/\b\w+(?:Tests|Properties)\b/#).map { String($0.output) } })
        let functions = Set(cells.flatMap { $0.matches(of: #/`(?<name>[a-z]\w*)`/#).map { String($0.output.name) } })
        try #require(suites.count > 60 && functions.count > 60, "the page names no tests in this form")
        let tests = try Self.tests().map { $0.split(separator: "/") }
        let targets = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Tests").path)
        let strangers = suites.subtracting(tests.map { String($0[0]) }).subtracting(targets)
        #expect(strangers.isEmpty, "\(strangers.sorted()) are no suites")
        let known = tests.filter { suites.contains(String($0[0])) }.map { String($0[1]) }
        let missing = functions.subtracting(known)
        #expect(missing.isEmpty, "\(missing.sorted()) are no tests of the suites that the page names")
    }

    /// `SUITE/FUNCTION` of each test; where a file has several suites, of each of them.
    private static func tests() throws -> Set<String> {
        let folder = root.appending(path: "Tests")
        let enumerator = try #require(FileManager.default.enumerator(atPath: folder.path))
        var tests: Set<String> = []
        for case let path as String in enumerator where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            guard text.contains("@Test") else { continue }
            let suites = text.matches(of: #/(?:struct|extension) (?<name>\w+)/#).map(\.output.name)
            let functions = text.matches(of: #/func (?<name>\w+)\(/#).map(\.output.name)
            for suite in suites { tests.formUnion(functions.map { "\(suite)/\($0)" }) }
        }
        return tests
    }
}
