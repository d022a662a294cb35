import Domain
import Testing
import Time

@Suite("A look at a change of a baseline")
struct BaselinePreviewTests {
    private func advisory(_ id: String, _ severity: String, day: Int, product: String = "Ubuntu:22.04:LTS") -> Advisory
    {
        Advisory(
            id: id,
            source: .ubuntu,
            title: "t",
            classification: "security",
            severityWord: severity,
            cves: [],
            issued: Timestamp(iso8601: "2026-06-\(day < 10 ? "0" : "")\(day)T00:00:00Z"),
            fixes: [
                FixedPackage(product: product, name: "libssl3", version: "3"),
                FixedPackage(product: product, name: "openssl", version: "3"),
            ]
        )
    }

    private func baseline(_ severity: String, after days: Int = 0, rejected: [String] = []) -> Baseline {
        let filter = PatchFilter(.normalizedSeverity, [severity])
        let rule = Baseline.ApprovalRule(filters: [filter], level: .high, delay: .days(days), delayFrom: .advisory)
        return Baseline(name: "one", system: .ubuntu, patchGroups: ["*"], rules: [rule], rejected: rejected)
    }

    private func preview(_ baseline: Baseline, against present: Baseline?, _ advisories: [Advisory]) throws
        -> BaselinePreview
    {
        BaselinePreview(
            of: baseline,
            against: present,
            advisories,
            ratings: SeverityRatings(advisories),
            at: try #require(Timestamp(iso8601: "2026-06-20T12:00:00Z"))
        )
    }

    @Test("Advisories of its system are judged, the latest first, with what the other one says")
    func items() throws {
        let advisories = [
            advisory("U-1", "high", day: 1), advisory("U-2", "low", day: 9),
            advisory("other", "high", day: 2, product: "Ubuntu:Pro:22.04:LTS"),
        ]
        let preview = try preview(baseline("high"), against: baseline("*"), advisories)
        #expect(preview.items.map(\.advisory) == ["U-2", "U-1"])
        #expect(preview.items.map(\.packages) == [["libssl3", "openssl"], ["libssl3", "openssl"]])
        #expect(preview.items.map(\.isChanged) == [true, false])
        #expect(preview.items[0].judgement == .notApproved(.noRule))
        #expect(preview.items[0].present?.level == .high)
    }

    @Test("Another day of approval is a change, another rule with the same outcome is none")
    func changes() throws {
        let recent = [advisory("U-1", "high", day: 18)]
        #expect(
            try preview(baseline("high", after: 7), against: baseline("high", after: 14), recent).items[0].isChanged
        )
        var other = baseline("high", after: 7)
        other.rules.insert(Baseline.ApprovalRule(filters: [PatchFilter(.severity, ["none"])]), at: 0)
        #expect(try !preview(baseline("high", after: 7), against: other, recent).items[0].isChanged)
        #expect(try preview(baseline("high"), against: nil, recent).items[0].isChanged)
    }

    @Test("Of several packages the one counts that is liked best")
    func best() throws {
        let preview = try preview(
            baseline("high", rejected: ["openssl"]),
            against: nil,
            [advisory("U-1", "high", day: 1)]
        )
        #expect(preview.items[0].judgement.level == .high)
    }
}
