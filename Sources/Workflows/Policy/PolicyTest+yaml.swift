import Domain
import Time

extension PolicyTest {
    private static let keys = ["on", "for", "os", "patch", "is", "level"]
    private static let patchKeys = [
        "name", "version", "architecture", "product", "advisory", "classification", "severity", "priority", "section",
        "issued", "cves", "security-archive",
    ]

    init?(_ value: YAMLValue, file: String, _ problems: ProblemList) {
        guard let reader = MappingReader(value, "a test", keys: Self.keys, problems) else { return nil }
        let day = reader.required("on", expected: "the day, such as 2026-06-16").flatMap(problems.date)
        let group = reader.required("for", expected: "a patch group").flatMap {
            problems.text($0, expected: "a patch group")
        }
        let system = reader.required("os", expected: "an operating system such as AMAZON_LINUX_2023").flatMap {
            problems.word($0, OperatingSystem.self)
        }
        let verdict = reader.required("is", expected: "what the policy says").flatMap {
            problems.word($0, Verdict.self)
        }
        guard let patch = reader.required("patch", expected: "what is known of the patch"), let system,
            let candidate = Self.candidate(patch, on: system, problems), let day, let group, let verdict
        else { return nil }
        self.init(
            day: day,
            patchGroup: group,
            candidate: candidate,
            verdict: verdict,
            level: reader.value("level").flatMap { problems.word($0, ComplianceLevel.self) },
            place: "\(file):\(value.place.line):\(value.place.column)"
        )
    }

    private static func candidate(
        _ value: YAMLValue,
        on system: OperatingSystem,
        _ problems: ProblemList
    ) -> PatchCandidate? {
        guard let reader = MappingReader(value, "`patch`", keys: patchKeys, problems) else { return nil }
        func text(_ key: String) -> String {
            reader.value(key).flatMap { problems.text($0, expected: "a text") } ?? ""
        }
        guard
            let name = reader.required("name", expected: "a package or KB").flatMap({
                problems.text($0, expected: "a package or KB")
            })
        else { return nil }
        let issued = reader.value("issued").flatMap(problems.date)?.beginning
        let notice = reader.value("advisory").map { _ in
            PatchNotice(
                id: text("advisory"),
                classification: text("classification"),
                severity: text("severity"),
                cves: reader.texts("cves", expected: "a CVE such as CVE-2026-1234"),
                releasedAt: issued
            )
        }
        let product = text("product")
        return PatchCandidate(
            patch: Patch(name: name, architecture: text("architecture"), version: text("version")),
            system: system,
            product: product.isEmpty ? system.product(version: "") : product,
            priority: text("priority"),
            section: text("section"),
            isFromSecurityArchive: reader.value("security-archive").flatMap { problems.boolean($0) } ?? false,
            notices: notice.map { [$0] } ?? []
        )
    }
}
