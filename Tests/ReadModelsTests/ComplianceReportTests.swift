import ReadModels
import Testing
import Time

@Suite("The report as CSV")
struct ComplianceReportTests {
    private static let header =
        "managed_node_id,name,patch_group,baseline,compliance_state,unknown_reason,critical_missing_patches,"
        + "missing_patches,timestamp\r\n"
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func node(_ id: String, name: String = "web", scanned: Timestamp? = nil, missing: Int = 0) -> NodeView {
        NodeView(
            id: id,
            name: name,
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            platform: "debian",
            platformVersion: "12",
            agentVersion: "1.0",
            enrolledAt: moment,
            isRevoked: false,
            compliance: scanned == nil ? "UNKNOWN" : "COMPLIANT",
            unknownReason: scanned == nil ? "never-scanned" : nil,
            baseline: scanned == nil ? nil : "plat",
            lastScanAt: scanned,
            missingCount: missing,
            criticalMissing: missing > 0 ? 1 : 0,
            updates: 0,
            securityUpdates: 0,
            rebootReasons: []
        )
    }

    @Test("One row for each host, page by page; a host that was never scanned has the report's time")
    func rows() {
        let scanned = Timestamp(microseconds: 1_763_000_000_000_000)
        var report = ComplianceReport(at: moment)
        report.append([node("mi-1")])
        report.append([node("mi-2", scanned: scanned, missing: 2)])
        #expect(
            report.csv == Self.header + "mi-1,web,Debian12-early,,UNKNOWN,never-scanned,0,0,\(moment)\r\n"
                + "mi-2,web,Debian12-early,plat,COMPLIANT,,1,2,\(scanned)\r\n"
        )
    }

    @Test(
        "Names that would break the table or run in a spreadsheet are made harmless",
        arguments: [
            ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM", "'@SUM"), ("\tx", "'\tx"),
            ("=a,b", "\"'=a,b\""), ("web-1", "web-1"), ("a=b", "a=b"),
        ]
    )
    func hostile(name: String, field: String) {
        var report = ComplianceReport(at: moment)
        report.append([node("mi-1", name: name)])
        #expect(report.csv == Self.header + "mi-1,\(field),Debian12-early,,UNKNOWN,never-scanned,0,0,\(moment)\r\n")
    }
}
