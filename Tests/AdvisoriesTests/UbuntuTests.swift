import Advisories
import Domain
import Testing

@Suite("Ubuntu's OSV records")
struct UbuntuTests {
    @Test(
        "CVEs are linked in `related` up to schema 1.6 and in `upstream` from 1.7 on, with Ubuntu's prefix or without",
        arguments: [
            #""related": ["CVE-2026-5054", "UBUNTU-CVE-2026-5055"]"#,
            #""related": [], "upstream": ["UBUNTU-CVE-2026-5055", "CVE-2026-5054", "UBUNTU-CVE-2026-5054"]"#,
        ]
    )
    func links(member: String) throws {
        #expect(try advisory(Self.notice(links: member)).cves == cves("CVE-2026-5054", "CVE-2026-5055"))
    }

    @Test("A notice has binary packages per release, and those of Ubuntu Pro are told apart")
    func notice() throws {
        #expect(
            try advisory(Self.notice())
                == Advisory(
                    id: "USN-7545-1",
                    source: .ubuntu,
                    title: "apport vulnerability",
                    classification: "security",
                    cves: cves("CVE-2026-5054"),
                    issued: moment("2026-05-29T13:48:10.724648Z"),
                    updated: moment("2026-07-16T04:49:14Z"),
                    fixes: [
                        FixedPackage(product: "Ubuntu:22.04:LTS", name: "apport", version: "2.20.11-0ubuntu82.7"),
                        FixedPackage(
                            product: "Ubuntu:22.04:LTS",
                            name: "python3-apport",
                            version: "2.20.11-0ubuntu82.7"
                        ),
                        FixedPackage(
                            product: "Ubuntu:Pro:18.04:LTS",
                            name: "apport",
                            version: "2.20.9-0ubuntu7.29+esm1",
                            isSource: true
                        ),
                    ],
                    link: "https://ubuntu.com/security/notices/USN-7545-1"
                )
        )
    }

    @Test("A notice is as severe as the worst of its CVEs, whose records say how bad they are")
    func severity() throws {
        let notice = try advisory(Self.notice(links: #""upstream": ["CVE-2026-5054", "CVE-2026-5055"]"#))
        #expect(notice.severity == .unknown)
        func severity(_ first: String, _ second: String?) throws -> AdvisorySeverity {
            let records = try [first, second].enumerated().compactMap { index, word in
                try word.map { try advisory(Self.record("505\(4 + index)", #""ubuntu_priority": "\#($0)""#)) }
            }
            return notice.severity { cve in records.first { $0.cves == [cve] }?.severity }
        }
        #expect(try severity("low", "medium") == .medium)
        #expect(try severity("critical", "low") == .critical)
        #expect(try severity("negligible", "negligible") == .negligible)
        #expect(try severity("low", nil) == .unknown)
        #expect(try severity("low", "untriaged") == .unknown)
        #expect(try severity("critical", nil) == .critical)
    }

    @Test("The priority stands in each package in the old schema and once in the new one; a CVSS vector is none")
    func priority() throws {
        let old = try advisory(Self.record("5054", #""ubuntu_priority": "medium""#))
        #expect(old.severityWord == "medium")
        #expect(old.id == "UBUNTU-CVE-2026-5054")
        #expect(old.cves == cves("CVE-2026-5054"))
        let new = #""severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}, {"type": "Ubuntu", "score": "high"}]"#
        #expect(try advisory(Self.record("5054", more: new)).severityWord == "high")
        let cvss = #""severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}]"#
        #expect(try advisory(Self.record("5054", more: cvss)).severity == .unknown)
    }

    @Test("A record that was taken back is known as that")
    func withdrawn() throws {
        #expect(try advisory(Self.record("5054", more: #""withdrawn": "2026-07-18T16:43:08Z""#)).isWithdrawn)
        #expect(try !advisory(Self.record("5054")).isWithdrawn)
    }

    @Test("What is not fixed yet has no fix, though it lists its binary packages")
    func unfixed() throws {
        let events = #""events": [{"introduced": "0"}]"#
        #expect(try advisory(Self.record("5054", events: events)).fixes.isEmpty)
    }

    @Test("A file that is no record is no use")
    func malformed() throws {
        let missing = try refusal(#"{"schema_version": "1.7.0", "summary": "x"}"#)
        #expect(missing.reason == "none of its 1 entries can be read, the first since id is missing")
        #expect(try refusal(#"{"schema_version": "1.7.0", "id": "GHSA-1"}"#).reason.contains("GHSA-1 is no record of"))
        #expect(try refusal(#"{"schema_version": "1.7.0", "id": "USN-1-1""#).reason.contains("truncated"))
        let name = try refusal(Self.notice().replacing("\"python3-apport\"", with: "\"python3 apport\""))
        #expect(name.reason.contains("a binary package's name has characters that do not belong there"))
    }
}

extension UbuntuTests {
    static func notice(links: String = #""upstream": ["UBUNTU-CVE-2026-5054"]"#) -> String {
        """
        {
          "schema_version": "1.7.0", "id": "USN-7545-1", "summary": "apport vulnerability",
          "details": "Apport incorrectly\\nhandled metadata.", "aliases": [], \(links),
          "published": "2026-05-29T13:48:10.724648Z", "modified": "2026-07-16T04:49:14Z",
          "affected": [
            {
              "package": {"ecosystem": "Ubuntu:22.04:LTS", "name": "apport"},
              "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.20.11-0ubuntu82.7"}]}],
              "ecosystem_specific": {
                "binaries": [
                  {"binary_name": "apport", "binary_version": "2.20.11-0ubuntu82.7"},
                  {"binary_name": "python3-apport", "binary_version": "2.20.11-0ubuntu82.7"}
                ],
                "availability": "No subscription required"
              }
            },
            {
              "package": {"ecosystem": "Ubuntu:Pro:18.04:LTS", "name": "apport"},
              "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.20.9-0ubuntu7.29+esm1"}]}],
              "ecosystem_specific": {"availability": "Available with Ubuntu Pro"}
            }
          ],
          "references": [
            {"type": "REPORT", "url": "https://ubuntu.com/security/CVE-2026-5054"},
            {"type": "ADVISORY", "url": "https://ubuntu.com/security/notices/USN-7545-1"}
          ]
        }
        """
    }

    static func record(
        _ number: String,
        _ specific: String = #""availability": "x""#,
        events: String = #""events": [{"introduced": "0"}, {"fixed": "3.0-1"}]"#,
        more: String = #""related": []"#
    ) -> String {
        """
        {"schema_version": "1.6.3", "id": "UBUNTU-CVE-2026-\(number)", "details": "Bad.", \(more),
         "published": "2026-06-01T19:59:00Z", "modified": "2026-07-16T04:50:43Z",
         "affected": [{"package": {"ecosystem": "Ubuntu:24.04:LTS", "name": "moodle"},
                       "ranges": [{"type": "ECOSYSTEM", \(events)}],
                       "ecosystem_specific": {\(specific), "binaries": [{"binary_name": "moodle", "binary_version": "3.0-1"}]}}]}
        """
    }
}
