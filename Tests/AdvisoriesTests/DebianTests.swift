import Domain
import Testing

@testable import Advisories

@Suite("Debian's feeds")
struct DebianTests {
    private static let list = """
        [31 Jul 2026] DSA-5970-1 sope - security update
        \t{CVE-2026-53603 CVE-2026-53604}
                [bookworm] - sope 5.8.0-1+deb12u1
        \t[trixie]\t-\tsope   5.12.1-2
        \t[bullseye] - sope <not-affected> (Vulnerable code not present)
        \t[buster] - sope <unfixed>
        \tNOTE: https://example.com/note

        [01 Aug 2002] DSA-141 mpack - buffer overflow
                {CVE-2002-1425}
                [woody] - mpack 1.5-7woody2
        [7 Jun 2015] DSA-3281-1 Debian Security Team PGP/GPG key change notice
        [99 Foo 2015] DLA-12-1 tool - update\r

        """

    private static func fix(_ release: String, _ name: String, _ version: String) -> FixedPackage {
        FixedPackage(product: release, name: name, version: version, isSource: true)
    }

    @Test("The list mixes tabs and spaces, has ids without a number behind them, and lines that fix nothing")
    func list() throws {
        let read = try TestFeed(Self.list).read()
        #expect(read.summary == FeedSummary(format: .debianList, entryCount: 4, malformedCount: 0))
        let advisories = read.items.compactMap(\.advisory)
        #expect(
            try advisories.first
                == Advisory(
                    id: "DSA-5970-1",
                    source: .debian,
                    title: "sope - security update",
                    classification: "security",
                    cves: cves("CVE-2026-53603", "CVE-2026-53604"),
                    issued: moment("2026-07-31T00:00:00Z"),
                    fixes: [
                        Self.fix("bookworm", "sope", "5.8.0-1+deb12u1"), Self.fix("trixie", "sope", "5.12.1-2"),
                    ],
                    link: "https://security-tracker.debian.org/tracker/DSA-5970-1"
                )
        )
        #expect(advisories.map(\.id) == ["DSA-5970-1", "DSA-141", "DSA-3281-1", "DLA-12-1"])
        #expect(advisories[1].fixes == [Self.fix("woody", "mpack", "1.5-7woody2")])
        #expect(try advisories[2].issued == moment("2015-06-07T00:00:00Z"))
        #expect(advisories[3].issued == nil)
        #expect(advisories[3].severity == .unknown)
    }

    @Test("An entry of the list that is malformed is reported with its line")
    func malformedEntries() throws {
        let text = """
            [31 Jul 2026] DSA-1-1 a - x
            \t[bookworm] - a
            [31 Jul 2026] DSA-2-1 b - x
            what is this
            \t[bookworm] - lost 1
            [31 Jul 2026] DSA-3-1 c - x
            \t[bookworm] - c 1é
            """
        let read = try TestFeed(text).read()
        #expect(read.items.compactMap(\.advisory?.id) == ["DSA-2-1"])
        #expect(read.items.compactMap(\.malformed?.place) == ["line 1, DSA-1-1", "line 4", "line 6, DSA-3-1"])
        #expect(read.items[1].advisory?.fixes.isEmpty == true)
    }

    @Test(
        "Another text is no list",
        arguments: ["hello\n", "\n\t[bookworm] - a 1\n", "CVE-2026-1 (x)\n\tTODO: check\n"]
    )
    func foreign(text: String) throws {
        #expect(try refusal(text, as: .debianList).reason.contains("it is not of this format"))
    }

    private static let tracker = """
        {
          "sope": {
            "CVE-2026-53603": {
              "scope": "remote", "debianbug": 1108798, "description": "Alinto \\"SOPE\\" crashes.",
              "releases": {
                "bookworm": {"status": "resolved", "repositories": {"bookworm": "5.8.0-1"},
                             "fixed_version": "5.8.0-1+deb12u1", "urgency": "low**"},
                "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "unimportant"},
                "sid": {"status": "open", "urgency": "medium"}
              }
            },
            "TEMP-0000001-ABCDEF": {"releases": {}}
          },
          "linux": {"CVE-2026-1": 5, "CVE-2026-2002": {"releases": {"sid": {"status": "undetermined"}}}},
          "gone": []
        }
        """

    @Test("The tracker has no dates; version 0 is no fix; urgencies have asterisks, and the worst counts")
    func trackerRecords() throws {
        let read = try TestFeed(Self.tracker).read()
        let advisories = read.items.compactMap(\.advisory)
        #expect(
            advisories.first
                == Advisory(
                    id: "sope/CVE-2026-53603",
                    source: .debian,
                    title: "Alinto \"SOPE\" crashes.",
                    classification: "security",
                    severityWord: "medium",
                    cves: cves("CVE-2026-53603"),
                    fixes: [Self.fix("bookworm", "sope", "5.8.0-1+deb12u1")],
                    link: "https://security-tracker.debian.org/tracker/CVE-2026-53603"
                )
        )
        #expect(advisories.map(\.id) == ["sope/CVE-2026-53603", "sope/TEMP-0000001-ABCDEF", "linux/CVE-2026-2002"])
        #expect(advisories[1].cves.isEmpty)
        #expect(advisories.allSatisfy { $0.releasedAt == nil })
        #expect(AdvisorySeverity(word: "low**", kind: .security) == .low)
        #expect(AdvisorySeverity(word: "not yet assigned", kind: .security) == .unknown)
        #expect(read.summary == FeedSummary(format: .debianTracker, entryCount: 3, malformedCount: 2))
        let malformed = read.items.compactMap(\.malformed)
        #expect(malformed.map(\.place).allSatisfy { $0.hasPrefix("byte ") })
        #expect(malformed.first?.place.hasSuffix(", linux/CVE-2026-1") == true)
        #expect(malformed.last?.place.hasSuffix(", gone") == true)
    }
}
