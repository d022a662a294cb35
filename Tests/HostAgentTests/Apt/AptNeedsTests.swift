import AgentProtocol
import Testing

@testable import HostAgent

/// What updates need of each other by their control fields.
@Suite("Needs of updates on apt")
struct AptNeedsTests {
    private func needs(
        installed: [String: [String: String]],
        offered: [String: [String: String]]
    ) -> [String: [String]] {
        func relations(_ packages: [String: [String: String]], _ version: String) -> [AptRelations] {
            packages.sorted { $0.key < $1.key }.map { AptRelations(name: $0.key, version: version, fields: $0.value) }
        }
        let needs = AptNeeds(installed: relations(installed, "1"), offered: relations(offered, "2"))
        return Dictionary(uniqueKeysWithValues: needs.list.map { ($0.name, $0.needs) })
    }

    @Test(
        "A dependency that the host lacks is needed where it is on offer",
        arguments: [
            ("b", []), ("b (>= 1)", []), ("b (>= 2)", ["b"]), ("b:any (>> 1)", ["b"]), ("b (= 2)", ["b"]),
            ("b (<< 2)", []), ("b (>= 3)", []), ("b (>= 2) | b (= 1)", []), ("none | new", ["new"]),
            ("new | b (>= 2)", ["new"]), ("none | new | b (>= 2)", ["new"]), ("a", []), ("virtual", ["new"]),
            ("virtual (>= 3)", ["new"]), ("virtual (>= 4)", []), ("bare", []),
            ("bare (= 1)", []), ("b (>= 2), new", ["b", "new"]),
        ]
    )
    func depends(field: String, expected: [String]) {
        let offered = ["a": ["Depends": field], "b": [:], "new": ["Provides": "virtual (= 3)"]]
        let found = needs(installed: ["a": [:], "b": ["Provides": "bare"]], offered: offered)
        #expect(found == (expected.isEmpty ? [:] : ["a": expected]))
        let early = offered.merging(["a": ["Pre-Depends": field]]) { $1 }
        #expect(needs(installed: ["a": [:], "b": ["Provides": "bare"]], offered: early) == found)
    }

    @Test("What is broken by the new version and not by its own update needs that", arguments: ["Breaks", "Conflicts"])
    func excludes(field: String) {
        let installed: [String: [String: String]] = ["a": [:], "b": [:], "c": [:]]
        let offered = ["a": [field: "b (<< 2), c"], "b": [:], "c": [:]]
        #expect(needs(installed: installed, offered: offered) == ["a": ["b"]])
    }

    @Test("Packages of one source that ask for each other's version come together")
    func strict() {
        let installed = ["lib": [:], "dev": ["Depends": "lib (= 1)"], "other": ["Depends": "lib (>= 1)"]]
        let offered = ["lib": [:], "dev": ["Depends": "lib (= 2)"], "other": [:]]
        #expect(needs(installed: installed, offered: offered) == ["lib": ["dev"], "dev": ["lib"]])
    }

    @Test("Newcomers need others, too")
    func newcomers() {
        let offered = ["a": ["Depends": "x"], "x": ["Depends": "y"], "y": ["Depends": "a"]]
        #expect(needs(installed: ["a": [:]], offered: offered) == ["a": ["x"], "x": ["y"]])
    }
}
