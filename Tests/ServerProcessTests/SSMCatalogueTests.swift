import ControlPlaneTestSupport
import Domain
import Testing
import Time

/// AWS's own tools ask a control plane for what its feeds have brought.
@Suite("Catalogues as AWS's tools see them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMCatalogueTests {
    @Test("boto3 reads patches, their properties, and what a baseline for Windows makes of them, page by page")
    func catalogue() async throws {
        try await withControlPlane { controlPlane in
            try await controlPlane.applyPolicy()
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let released = controlPlane.clock.now - .seconds(30 * 86_400)
            try await controlPlane.imported(try Self.windows(released) + Self.linux)
            let days = [
                "RELEASED": CivilDate(daysSince1970: released.day).description,
                "APPROVED": CivilDate(daysSince1970: released.day + 7).description,
            ]
            let key = try await AWSTools.accessKey(controlPlane, .operator)
            try await AWSTools.check("catalogue.py", at: controlPlane, as: key, days)
        }
    }

    /// - Parameter released: of the last one that the update KB5036909 closes.
    private static func windows(_ released: Timestamp) throws -> [Advisory] {
        let (older, newer) = ("Windows Server 2019", "Windows Server 2022")
        let vulnerabilities = [
            (
                "Important", [newer, "\(newer) (Server Core installation)"], "KB5036909",
                released - .seconds(30 * 86_400)
            ),
            ("Critical", [newer], "KB5036909", released), ("Critical", [older], "KB5036909", released),
            ("Moderate", [newer], "KB5036911", released), ("Low", [older], "KB5036900", released),
        ]
        return try vulnerabilities.enumerated().map { index, told in
            let (severity, products, update, released) = told
            let id = "CVE-2026-\(1_000 + index)"
            return Advisory(
                id: id,
                source: .microsoft,
                title: "Elevation of Privilege",
                classification: "Security Update",
                severityWord: severity,
                cves: [try #require(CVE(id))],
                issued: released,
                fixes: products.map { product in
                    FixedPackage(
                        product: product,
                        name: update,
                        version: product == older ? "10.0.17763" : "10.0.20348"
                    )
                }
            )
        }
    }

    private static var linux: [Advisory] {
        func advisory(_ id: String, _ kind: String, _ severity: String, _ fixes: [FixedPackage]) -> Advisory {
            Advisory(
                id: id,
                source: .amazonLinux,
                title: id,
                classification: kind,
                severityWord: severity,
                issued: Timestamp(iso8601: "2026-02-17T20:41:00Z"),
                fixes: fixes
            )
        }
        func fix(_ name: String, _ architecture: String, _ version: String) -> FixedPackage {
            FixedPackage(product: "Amazon Linux 2023", name: name, architecture: architecture, version: version)
        }
        let libraries = ["x86_64", "aarch64"].map { fix("openssl-libs", $0, "1:3.0.8-1.amzn2023") }
        let tools = (0..<21).map { fix("tool-\($0)", "noarch", "1.\($0)-1.amzn2023") }
        return [
            advisory("ALAS2023-2026-1", "security", "important", libraries),
            advisory("ALAS2023-2026-2", "bugfix", "", tools),
        ]
    }
}
