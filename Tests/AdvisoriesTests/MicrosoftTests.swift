import Domain
import Testing

@testable import Advisories

@Suite("Microsoft's documents")
struct MicrosoftTests {
    @Test("A vulnerability of a month's document has updates and builds by product")
    func month() throws {
        let fixes = Self.remediation(
            kb: "5036909",
            build: "10.0.20348.2402",
            products: ["11923", "11924"],
            restart: "Yes"
        )
        let hotpatch = Self.remediation(kb: "KB5037000", build: "10.0.20348.2400", products: ["11924"], restart: "No")
        let notes = Self.remediation(kb: "Release Notes", build: "17.9.3", products: ["12309"], restart: "Maybe")
        let nothing = Self.remediation(kb: "Release Notes", build: "", products: ["12309"], restart: "")
        let old = Self.remediation(kb: "3147461", build: "", products: ["99999"], restart: "")
        let mitigation =
            "<vuln:Remediation Type=\"Mitigation\"><vuln:Description>5000000</vuln:Description></vuln:Remediation>"
        let advisory = try advisory(
            Self.document(Self.vulnerability(fixes: fixes + hotpatch + notes + nothing + old + mitigation))
        )
        let core = "Windows Server 2022 (Server Core installation)"
        let build = "10.0.20348.2402"
        #expect(
            try advisory
                == Advisory(
                    id: "CVE-2026-21392",
                    source: .microsoft,
                    title: "Kernel Elevation of Privilege Vulnerability",
                    classification: "Security Update",
                    severityWord: "Critical",
                    cves: cves("CVE-2026-21392"),
                    issued: moment("2026-03-12T07:00:00Z"),
                    updated: moment("2026-04-09T07:00:00Z"),
                    fixes: [
                        FixedPackage(
                            product: "Windows Server 2022",
                            name: "KB5036909",
                            version: build,
                            reboot: .required
                        ),
                        FixedPackage(product: core, name: "KB5036909", version: build, reboot: .required),
                        FixedPackage(product: core, name: "KB5037000", version: "10.0.20348.2400", reboot: .notNeeded),
                        FixedPackage(
                            product: "Visual Studio 2022",
                            name: "Visual Studio 2022",
                            version: "17.9.3",
                            reboot: .possible
                        ),
                        FixedPackage(product: "product 99999", name: "KB3147461", version: nil),
                    ],
                    link: "https://msrc.microsoft.com/update-guide/vulnerability/CVE-2026-21392"
                )
        )
        #expect(advisory.kind == .security)
        #expect(advisory.reboot == .required)
        #expect(try advisory.releasedAt == moment("2026-03-12T07:00:00Z"))
    }

    @Test("Many have no remediation: they are no errors, and have no fix")
    func withoutRemediation() throws {
        #expect(try advisory(Self.document(Self.vulnerability(fixes: ""))).fixes.isEmpty)
    }

    @Test(
        "A vulnerability is dated by its own revisions: the month's date is not that of what was added later",
        arguments: [
            (["2026-03-20T07:00:00", "2026-04-01T07:00:00Z"], "2026-03-20T07:00:00Z"), ([], "2026-03-12T07:00:00Z"),
            (["0001-01-01T00:00:00"], nil), (["soon"], nil),
        ]
    )
    func dates(revisions: [String], issued: String?) throws {
        let advisory = try advisory(Self.document(Self.vulnerability(fixes: "", revisions: revisions)))
        #expect(try advisory.issued == issued.map { try moment($0) })
    }

    @Test("A vulnerability without a CVE is reported, the others are read; an advisory has an id of its own kind")
    func malformed() throws {
        let bad = Self.vulnerability(cve: "", fixes: "")
        let read = try TestFeed(Self.document(bad + Self.vulnerability(cve: "ADV990001", fixes: ""))).read()
        #expect(read.items.first?.malformed?.reason == "its CVE is missing")
        #expect(read.items.last?.advisory?.id == "ADV990001")
        #expect(read.items.last?.advisory?.cves.isEmpty == true)
        #expect(read.summary == FeedSummary(format: .msrcCVRF, entryCount: 1, malformedCount: 1))
    }

    @Test("The same vulnerability in CSAF has the same id, and fixes by what is affected")
    func csaf() throws {
        let advisory = try advisory(Self.csaf())
        let product = "Windows Server 2022"
        #expect(
            try advisory
                == Advisory(
                    id: "CVE-2026-29806",
                    source: .microsoft,
                    title: "Kernel Vulnerability",
                    classification: "security",
                    severityWord: "Important",
                    cves: cves("CVE-2026-29806"),
                    issued: moment("2026-03-11T07:00:00Z"),
                    updated: moment("2026-03-21T07:00:00Z"),
                    fixes: [
                        FixedPackage(
                            product: product,
                            name: "KB5053603",
                            version: "10.0.20348.3328",
                            reboot: .required
                        ),
                        FixedPackage(product: product, name: product, version: "10.0.20348.3300"),
                    ],
                    link: "https://msrc.microsoft.com/update-guide/vulnerability/CVE-2026-29806"
                )
        )
    }

    @Test("A statement on exploitability is no advisory, nor is one of a publisher that we do not know")
    func otherDocuments() throws {
        let vex = try refusal(Self.csaf(category: "csaf_vex"))
        #expect(vex.reason.contains("it is no security advisory, but a csaf_vex"))
        let foreign = try refusal(Self.csaf(publisher: "https://www.suse.com/"))
        #expect(foreign.reason.contains("its publisher is not one that is known"))
        let cvrf = try refusal(Self.document(Self.vulnerability(fixes: ""), contact: "security@suse.de"))
        #expect(cvrf.reason.contains("its document is not Microsoft's"))
    }
}

extension MicrosoftTests {
    static func document(_ vulnerabilities: String, contact: String = "secure@microsoft.com") -> String {
        """
        \u{feff}<?xml version="1.0" encoding="utf-8"?><!-- a comment -->
        <cvrf:cvrfdoc xmlns:vuln="http://www.icasi.org/CVRF/schema/vuln/1.1"
            xmlns:prod="http://www.icasi.org/CVRF/schema/prod/1.1" xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1">
          <cvrf:DocumentTitle>March 2026 Security Updates</cvrf:DocumentTitle>
          <cvrf:DocumentPublisher Type="Vendor"><cvrf:ContactDetails>\(contact)</cvrf:ContactDetails></cvrf:DocumentPublisher>
          <cvrf:DocumentTracking><cvrf:InitialReleaseDate>2026-03-12T07:00:00</cvrf:InitialReleaseDate>
            <cvrf:CurrentReleaseDate>2026-04-09T07:00:00</cvrf:CurrentReleaseDate></cvrf:DocumentTracking>
          <prod:ProductTree><prod:Branch Type="Vendor" Name="Microsoft"><prod:Branch Type="Product Family" Name="Windows">
            <prod:FullProductName ProductID="11923">Windows Server 2022</prod:FullProductName>
            <prod:FullProductName
                ProductID="11924">Windows Server 2022
                (Server Core installation)</prod:FullProductName></prod:Branch></prod:Branch>
            <prod:FullProductName ProductID="12309">Visual Studio 2022</prod:FullProductName></prod:ProductTree>
          \(vulnerabilities)
        </cvrf:cvrfdoc>
        """
    }

    static func vulnerability(
        cve: String = "CVE-2026-21392",
        fixes: String,
        revisions: [String] = ["2026-04-09T07:00:00", "2026-03-12T07:00:00"]
    ) -> String {
        let history = revisions.map { "<vuln:Revision><cvrf:Date>\($0)</cvrf:Date></vuln:Revision>" }.joined()
        let threats = ["Important", "Critical", "Low"].map {
            "<vuln:Threat Type=\"Severity\"><vuln:Description>\($0)</vuln:Description></vuln:Threat>"
        }
        return """
            <vuln:Vulnerability Ordinal="1"><vuln:Title>Kernel Elevation of Privilege Vulnerability</vuln:Title>
            <vuln:CVE>\(cve)</vuln:CVE>
            <vuln:Threats>\(threats.joined())
              <vuln:Threat Type="Impact"><vuln:Description>Elevation</vuln:Description></vuln:Threat></vuln:Threats>
            <vuln:Remediations>\(fixes)</vuln:Remediations>
            <vuln:RevisionHistory>\(history)</vuln:RevisionHistory></vuln:Vulnerability>
            """
    }

    static func remediation(kb: String, build: String, products: [String], restart: String) -> String {
        let ids = products.map { "<vuln:ProductID>\($0)</vuln:ProductID>" }.joined()
        let fixed = build.isEmpty ? "" : "<vuln:FixedBuild>\(build)</vuln:FixedBuild>"
        return """
            <vuln:Remediation Type="Vendor Fix"><vuln:Description>\(kb)</vuln:Description>\(ids)<vuln:AffectedFiles />
            <vuln:RestartRequired>\(restart)</vuln:RestartRequired>\(fixed)</vuln:Remediation>
            """
    }

    static func csaf(
        category: String = "csaf_security_advisory",
        publisher: String = "https://msrc.microsoft.com"
    ) -> String {
        """
        {"document": {"aggregate_severity": {"text": "Important"}, "category": "\(category)", "csaf_version": "2.0",
          "publisher": {"category": "vendor", "namespace": "\(publisher)"}, "title": "Kernel Vulnerability",
          "references": [
            {"category": "self", "url": "https://msrc.microsoft.com/update-guide/vulnerability/CVE-2026-29806"}],
          "tracking": {"id": "msrc_CVE-2026-29806", "status": "final", "current_release_date": "2026-03-21T07:00:00.000Z",
            "initial_release_date": "2026-03-11T07:00:00.000Z"}},
         "product_tree": {"branches": [{"category": "vendor", "name": "Microsoft", "branches": [
           {"category": "product_name", "name": "Windows Server 2022", "branches": [
             {"category": "product_version_range", "name": "<10.0.20348.3328",
              "product": {"name": "Windows Server 2022 <10.0.20348.3328", "product_id": "1"}},
             {"category": "product_version", "name": "10.0.20348.3328",
              "product": {"name": "Windows Server 2022 10.0.20348.3328", "product_id": "11923"}}]}]}]},
         "vulnerabilities": [{"cve": "CVE-2026-29806", "product_status": {"fixed": ["11923"], "known_affected": ["1"]},
           "remediations": [
             {"category": "vendor_fix", "details": "10.0.20348.3328:Security Update:https://support.microsoft.com/help/5053603",
              "product_ids": ["1"], "url": "https://support.microsoft.com/help/5053603",
              "restart_required": {"category": "system"}},
             {"category": "vendor_fix", "details": "10.0.20348.3300:Security HotpatchUpdate:https://example.com/notes",
              "product_ids": ["1"], "url": "https://example.com/notes"},
             {"category": "mitigation", "details": "1.2:x", "product_ids": ["1"]},
             {"category": "vendor_fix", "details": "See the notes", "product_ids": ["1"]}]}]}
        """
    }
}
