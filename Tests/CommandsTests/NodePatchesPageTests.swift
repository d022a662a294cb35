import Commands
import ReadModels
import Testing
import Time

struct NodePatchesPageTests {
    private func view(_ patches: [PatchView], unknown: String? = nil) -> NodePatchesView {
        NodePatchesView(
            node: "mi-0a1b2c3d4e5f6071",
            name: "web-1",
            baseline: "debian12-baseline",
            compliance: unknown == nil ? "NON_COMPLIANT" : "UNKNOWN",
            unknownReason: unknown,
            scannedAt: Timestamp(iso8601: "2026-11-23T08:00:00Z"),
            operation: "Install",
            counts: Dictionary(patches.map { ($0.state, 1) }) { $0 + $1 },
            criticalNonCompliant: 1,
            securityNonCompliant: 2,
            otherNonCompliant: 0,
            nonCompliantSeverity: patches.isEmpty ? nil : "CRITICAL",
            keptConfiguration: patches.isEmpty ? [] : ["/etc/acme.conf.dpkg-dist"],
            patches: patches
        )
    }

    private func patch(_ name: String, _ state: String, _ status: String?, obstacle: String? = nil) -> PatchView {
        PatchView(
            name: name,
            architecture: "amd64",
            version: "3.0.15-1",
            state: state,
            status: status,
            level: status == "NON_COMPLIANT" ? "CRITICAL" : "UNSPECIFIED",
            classification: status == "NON_COMPLIANT" ? "Security" : nil,
            severity: status == "NON_COMPLIANT" ? "required" : nil,
            obstacle: obstacle
        )
    }

    @Test("What speaks against the node comes first, with the counts of all")
    func page() {
        let patches = [
            patch("bash", "InstalledOther", "COMPLIANT"), patch("curl", "Missing", "NON_COMPLIANT", obstacle: "held"),
            patch("openssl", "Failed", "NON_COMPLIANT"),
        ]
        let expected = """
            node        mi-0a1b2c3d4e5f6071 (web-1)
            baseline    debian12-baseline
            last scan   2026-11-23T08:00:00Z
            last run    Install
            compliance  NON_COMPLIANT
            states      1 Failed · 1 Missing · 1 InstalledOther
            faults      1 critical, 2 security, 0 other; the worst is CRITICAL
            kept        the host's own file instead of /etc/acme.conf.dpkg-dist

            STATE           PATCH          VERSION   LEVEL        CLASS     SEVERITY  KEPT OUT
            Failed          openssl.amd64  3.0.15-1  CRITICAL     Security  required
            Missing         curl.amd64     3.0.15-1  CRITICAL     Security  required  held
            InstalledOther  bash.amd64     3.0.15-1  UNSPECIFIED
            """
        #expect(NodePatchesPage(view(patches)).lines(OutputStyle()).joined(separator: "\n") == expected)
        let narrow = NodePatchesPage(view(patches)).lines(OutputStyle(width: 50))
        #expect(narrow.suffix(3).allSatisfy { $0.count <= 50 && $0.contains("amd64") })
    }

    @Test("Where nothing is known it says why, and lists nothing")
    func unknown() {
        let lines = NodePatchesPage(view([], unknown: "unscanned-run")).lines(OutputStyle())
        #expect(
            lines.last == "why         Its last run ended without a scan, so that nobody knows what has changed on it."
        )
    }
}
