import Advisories
import Domain
import Testing

@Suite("Red Hat's CSAF")
struct RedHatTests {
    private static let document = """
        {"document": {"aggregate_severity": {"text": "Moderate"}, "category": "csaf_security_advisory", "csaf_version": "2.0",
          "publisher": {"category": "vendor", "namespace": "https://www.redhat.com"}, "title": "python3.9 security update",
          "references": [{"category": "self", "url": "https://access.redhat.com/errata/RHSA-2026:6163"}],
          "tracking": {"id": "RHSA-2026:6163", "status": "final", "current_release_date": "2026-11-20T18:50:03+00:00",
            "revision_history": [{"date": "2026-09-03T17:57:24+00:00", "number": "1", "summary": "Initial version"},
              {"date": "2026-09-26T18:50:03+00:00", "number": "2", "summary": "Last updated version"},
              {"date": "2026-11-20T18:50:03+00:00", "number": "3", "summary": "Last generated version"}],
            "initial_release_date": "2026-09-03T17:57:24+00:00"}},
         "product_tree": {"branches": [{"name": "Red Hat", "branches": [
            {"name": "RHEL", "branches": [
              {"name": "AppStream (v. 9)", "product": {"name": "AppStream (v. 9)", "product_id": "AppStream-9.4"}}]},
            {"name": "x86_64", "branches": [{"name": "python3", "product":
              {"name": "python3-0:3.9.18-3.el9.x86_64", "product_id": "python3-0:3.9.18-3.el9.x86_64"}}]}]}],
          "relationships": [
            {"product_reference": "python3-0:3.9.18-3.el9.x86_64", "relates_to_product_reference": "AppStream-9.4",
             "full_product_name": {"name": "x", "product_id": "AppStream-9.4:python3-0:3.9.18-3.el9.x86_64"}},
            {"product_reference": "dnf-plugins-core-1:4.3.0-13.el9.src", "relates_to_product_reference": "BaseOS-9.4",
             "full_product_name": {"name": "y", "product_id": "BaseOS-9.4:dnf-plugins-core-1:4.3.0-13.el9.src"}},
            {"product_reference": "python36@x86_64", "relates_to_product_reference": "AppStream-9.4",
             "full_product_name": {"name": "z", "product_id": "AppStream-9.4:python36@x86_64"}},
            {"product_reference": "nodejs:18:9040020240807:rhel9", "relates_to_product_reference": "AppStream-9.4",
             "full_product_name": {"name": "m", "product_id": "AppStream-9.4:nodejs:18:9040020240807:rhel9"}}]},
         "vulnerabilities": [
           {"cve": "CVE-2026-8088", "product_status": {"fixed": ["AppStream-9.4:python3-0:3.9.18-3.el9.x86_64",
              "BaseOS-9.4:dnf-plugins-core-1:4.3.0-13.el9.src", "AppStream-9.4:python36@x86_64",
              "AppStream-9.4:nodejs:18:9040020240807:rhel9", "unknown"]},
            "remediations": [{"category": "vendor_fix", "details": "see", "restart_required": {"category": "machine"},
               "product_ids": ["AppStream-9.4:python3-0:3.9.18-3.el9.x86_64"]}],
            "scores": [{"cvss_v3": {"baseScore": 9.8, "baseSeverity": "CRITICAL"}, "products": []}]},
           {"cve": "CVE-2026-6923", "product_status": {"fixed": ["AppStream-9.4:python3-0:3.9.18-3.el9.x86_64"]}}]}
        """

    @Test("Severity is Red Hat's, not that of CVSS; a document written anew is no edit; module streams are no fixes")
    func advisory() throws {
        #expect(
            try AdvisoriesTests.advisory(Self.document)
                == Advisory(
                    id: "RHSA-2026:6163",
                    source: .redHat,
                    title: "python3.9 security update",
                    classification: "security",
                    severityWord: "Moderate",
                    cves: cves("CVE-2026-6923", "CVE-2026-8088"),
                    issued: moment("2026-09-03T17:57:24Z"),
                    updated: moment("2026-09-26T18:50:03Z"),
                    fixes: [
                        FixedPackage(
                            product: "AppStream (v. 9)",
                            name: "python3",
                            architecture: "x86_64",
                            version: "3.9.18-3.el9",
                            reboot: .required
                        ),
                        FixedPackage(
                            product: "BaseOS-9.4",
                            name: "dnf-plugins-core",
                            version: "1:4.3.0-13.el9",
                            isSource: true
                        ),
                    ],
                    link: "https://access.redhat.com/errata/RHSA-2026:6163"
                )
        )
    }
}
