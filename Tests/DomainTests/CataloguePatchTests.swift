import Domain
import Testing
import Time

@Suite("Patches of vendors' catalogues")
struct CataloguePatchTests {
    private static let core = "Windows Server 2022 (Server Core installation)"

    private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    private func vulnerability(
        _ id: String,
        _ severity: String,
        _ day: String,
        fixes: [(product: String, name: String)]
    ) throws -> NotedAdvisory {
        let advisory = Advisory(
            id: id,
            source: .microsoft,
            title: "of \(id)",
            classification: "Security Update",
            severityWord: severity,
            cves: [try #require(CVE(id))],
            issued: try moment("\(day)T07:00:00Z"),
            fixes: fixes.map { FixedPackage(product: $0.product, name: $0.name, version: "10.0.1") }
        )
        return NotedAdvisory(advisory, Threats()) { _ in nil }
    }

    @Test(
        "An update that closes several vulnerabilities is one patch of each product, as bad and as late as the worst of them"
    )
    func grouped() throws {
        let advisories = [
            try vulnerability(
                "CVE-2026-1000",
                "Important",
                "2026-03-10",
                fixes: [("Windows Server 2022", "KB5036909"), (Self.core, "KB5036909"), ("Windows Server 2019", "KB1")]
            ),
            try vulnerability("CVE-2026-1001", "Critical", "2026-04-09", fixes: [("Windows Server 2022", "KB5036909")]),
            try vulnerability(
                "CVE-2026-1002",
                "Low",
                "2026-04-10",
                fixes: [("Windows Server 2022", "Windows Server 2022")]
            ),
        ]
        let patches = CataloguePatch.patches(of: advisories, on: [.windows, .ubuntu])
        #expect(patches.map(\.candidate.patch.name) == ["KB1", "KB5036909"])
        #expect(patches.map(\.candidate.product) == ["WindowsServer2019", "WindowsServer2022"])
        let update = try #require(patches.last)
        #expect(update.cves == ["CVE-2026-1000", "CVE-2026-1001"])
        #expect(update.severityWord == "Critical")
        #expect(update.title == "of CVE-2026-1001")
        #expect(try update.releasedAt == moment("2026-04-09T07:00:00Z"))
        #expect(update.candidate.notices.map(\.classification) == ["SecurityUpdates", "SecurityUpdates"])
        #expect(CataloguePatch.patches(of: advisories, on: [.debian]).isEmpty)
    }

    @Test("A baseline approves, waits, lists or rejects a patch, or has nothing to say of it")
    func effective() throws {
        let patch = try #require(
            CataloguePatch.patches(
                of: [
                    try vulnerability(
                        "CVE-2026-1000",
                        "Critical",
                        "2026-03-10",
                        fixes: [("Windows Server 2022", "KB5036909")]
                    )
                ],
                on: [.windows]
            ).first
        )
        let rule = Baseline.ApprovalRule(
            filters: [PatchFilter(.classification, ["SecurityUpdates"]), PatchFilter(.msrcSeverity, ["Critical"])],
            level: .high,
            delay: .days(7)
        )
        var baseline = Baseline(name: "w", system: .windows, patchGroups: [], rules: [rule])
        func effect(on day: String) throws -> EffectivePatch? {
            EffectivePatch(patch, by: baseline, at: try moment("\(day)T12:00:00Z"))
        }
        let approval = try moment("2026-03-17T00:00:00Z")
        let waiting = try #require(try effect(on: "2026-03-16"))
        #expect((waiting.deployment, waiting.level, waiting.approvedAt) == (.pending, .high, approval))
        let approved = try #require(try effect(on: "2026-03-17"))
        #expect((approved.deployment, approved.level, approved.approvedAt) == (.approved, .high, approval))
        baseline.approved = ["KB5036909"]
        baseline.approvedLevel = .critical
        let listed = try #require(try effect(on: "2026-03-16"))
        #expect((listed.deployment, listed.level, listed.approvedAt) == (.listed, .critical, nil))
        baseline.rejected = ["KB5036909"]
        let rejected = try #require(try effect(on: "2026-03-17"))
        #expect((rejected.deployment, rejected.level, rejected.approvedAt) == (.rejected, .unspecified, nil))
        (baseline.approved, baseline.rejected, baseline.rules) = ([], [], [])
        #expect(try effect(on: "2026-03-17") == nil)
    }

    @Test(
        "A version has an epoch, a version and a release, of which the last hyphen tells the latter apart",
        arguments: [
            ("1:3.0.8-1.amzn2023", "1", "3.0.8", "1.amzn2023"), ("2.4-rc-3", nil, "2.4-rc", "3"),
            ("3.0.17", nil, "3.0.17", nil), ("", nil, "", nil),
        ] as [(String, String?, String, String?)]
    )
    func parts(_ text: String, _ epoch: String?, _ version: String, _ release: String?) {
        let parts = Patch(name: "a", architecture: "x86_64", version: text).versionParts
        #expect((parts.epoch, parts.version, parts.release) == (epoch, version, release))
    }
}
