import Domain
import Testing
import Time
import Workflows

@Suite("A policy's own cases of advisories")
struct PolicyCaseTests {
    private static let policy = """
        baselines:
          - name: one-two
            os: AMAZON_LINUX_2023
            patch-groups: [g]
            rules: [{ severity: Important, level: HIGH, after: 7d }]
            rejected: [openssl-perl]

        """

    private static func files(_ test: String) throws -> PolicyFiles {
        let file = PolicyFiles.File(name: "0.yaml", bytes: Array("\(policy)tests:\n  - \(test)\n".utf8))
        return try PolicyFiles([file]) { source throws(UnreadableCalendar) in throw UnreadableCalendar(source) }
    }

    private static func advisory(_ id: String, _ packages: String..., isWithdrawn: Bool = false) -> NotedAdvisory {
        let advisory = Advisory(
            id: id,
            source: .amazonLinux,
            title: "t",
            classification: "security",
            severityWord: "Important",
            cves: [CVE("CVE-2026-1001")].compactMap(\.self),
            issued: CivilDate(year: 2026, month: 6, day: 9).beginning,
            fixes: packages.map { FixedPackage(product: "Amazon Linux 2023", name: $0, version: "1:3.0.8-1") },
            isWithdrawn: isWithdrawn
        )
        return NotedAdvisory(advisory, Threats()) { _ in nil }
    }

    private static let known = [
        advisory("ALAS-1", "openssl", "openssl-libs"), advisory("ALAS-2", "openssl", "openssl-perl"),
        advisory("ALAS-3", "vim", isWithdrawn: true),
    ]

    private static func failure(_ words: String, on day: String = "2026-06-16") throws -> String? {
        let files = try files("{ on: \(day), for: g, os: AMAZON_LINUX_2023, \(words) }")
        return files.tests.first?.failure(under: files.policy, knowing: known)
    }

    @Test("All that an advisory fixes has to be as the case says, or the packages that it names")
    func holds() throws {
        #expect(try Self.failure("advisory: ALAS-1, is: approved, level: HIGH") == nil)
        #expect(try Self.failure("advisory: ALAS-1, is: waiting", on: "2026-06-15") == nil)
        #expect(try Self.failure("advisory: ALAS-2, packages: openssl, is: approved") == nil)
        #expect(try Self.failure("advisory: cve-2026-1001, packages: \"*-perl\", is: rejected") == nil)
    }

    @Test(
        "A case that does not hold says of which package, and what is known of nothing is no success",
        arguments: [
            (
                "advisory: ALAS-2, is: approved",
                "openssl-perl of ALAS-2 for g: expected approved, but one-two says: rejected by its entry openssl-perl"
            ),
            (
                "advisory: CVE-2026-1001, is: waiting",
                "openssl of ALAS-1 for g: expected waiting, but one-two says: approved at HIGH by rule 1"
            ),
            ("advisory: ALAS-9, is: approved", "ALAS-9 for g: nothing is known of it; name the feed that has it"),
            ("advisory: ALAS-3, is: approved", "ALAS-3 for g: it fixes no package * on AMAZON_LINUX_2023"),
            (
                "advisory: ALAS-1, packages: vim, is: approved",
                "ALAS-1 for g: it fixes no package vim on AMAZON_LINUX_2023"
            ),
        ]
    )
    func fails(words: String, message: String) throws {
        #expect(try Self.failure(words) == "on 2026-06-16 \(message)")
    }

    @Test("An advisory of another system fixes nothing on this one")
    func otherSystem() throws {
        let files = try Self.files("{ on: 2026-06-16, for: g, os: UBUNTU, advisory: ALAS-1, is: approved }")
        let failure = files.tests.first?.failure(under: files.policy, knowing: Self.known)
        #expect(failure == "on 2026-06-16 ALAS-1 for g: it fixes no package * on UBUNTU")
        #expect(files.tests.map(\.advisory) == ["ALAS-1"])
    }

    @Test(
        "A case is about a patch or about an advisory",
        arguments: [
            (
                "patch: { name: vim }, advisory: A",
                "8:64: a test has `patch` or `advisory`, not both: leave one of them out"
            ),
            ("packages: vim", "8:67: `packages` is for those of an `advisory`: name one, or leave it out"),
            ("level: HIGH", "8:5: `patch` is missing in a test: expected an `advisory`, or what is known of a `patch`"),
        ]
    )
    func problems(words: String, message: String) {
        let error = #expect(throws: WorkflowProblems.self) {
            _ = try Self.files("{ on: 2026-06-16, for: g, os: UBUNTU, is: approved, \(words) }")
        }
        #expect(error?.problems.map(\.description).contains("0.yaml:\(message)") == true, "\(error?.problems ?? [])")
    }
}
