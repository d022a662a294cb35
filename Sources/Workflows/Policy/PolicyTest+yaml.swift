import Domain
import Time

extension PolicyTest {
    private static let keys = ["on", "for", "os", "patch", "advisory", "packages", "is", "level"]
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
        guard let system, let subject = Self.subject(reader, on: system, problems), let day, let group, let verdict
        else { return nil }
        self.init(
            day: day,
            patchGroup: group,
            subject: subject,
            verdict: verdict,
            level: reader.value("level").flatMap { problems.word($0, ComplianceLevel.self) },
            place: "\(file):\(value.place.line):\(value.place.column)"
        )
    }

    /// A patch with all that is known of it, or an advisory that is looked up.
    private static func subject(
        _ reader: MappingReader,
        on system: OperatingSystem,
        _ problems: ProblemList
    ) -> Subject? {
        guard let advisory = reader.value("advisory") else {
            if let packages = reader.value("packages") {
                problems.add("`packages` is for those of an `advisory`: name one, or leave it out", at: packages.place)
            }
            return reader.required("patch", expected: "an `advisory`, or what is known of a `patch`").flatMap {
                candidate($0, on: system, problems).map(Subject.patch)
            }
        }
        if let patch = reader.value("patch") {
            problems.add("a test has `patch` or `advisory`, not both: leave one of them out", at: patch.place)
        }
        let packages = reader.value("packages").flatMap { problems.text($0, expected: "packages such as kernel*") }
        return problems.text(advisory, expected: "an advisory's id, or a CVE").map {
            .advisory($0, on: system, packages: packages ?? "*")
        }
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
