import Domain

/// Reads an item of `baselines`.
enum BaselineReader {
    private static let keys = [
        "id", "name", "description", "os", "patch-groups", "global-filters", "rules", "approved", "approved-level",
        "approved-non-security", "rejected", "rejected-action", "sources", "available-security-updates", "tags",
    ]

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> Baseline? {
        guard let reader = MappingReader(value, "a baseline", keys: keys, problems) else { return nil }
        let name = reader.required("name", expected: "the baseline's name").flatMap {
            problems.text($0, expected: "the baseline's name")
        }
        let system = reader.value("os").flatMap { problems.word($0, OperatingSystem.self) }
        // One that names no system asks for what it says and for nothing else; SSM's want a security update.
        let includesNonSecurity = reader.value("os") == nil
        let scope = includesNonSecurity ? .anySystem : system.map(FilterReader.Scope.system)
        let groups = reader.required("patch-groups", expected: "the patch groups it is for, or \"*\"")
        if reader.list("rules").isEmpty, reader.list("approved").isEmpty {
            problems.add("the baseline approves nothing: expected `rules` or `approved`", at: value.place)
        }
        let (rejected, rejections) = RejectionReader.read(reader.list("rejected"), problems)
        guard let name, groups != nil else { return nil }
        return Baseline(
            id: reader.value("id").flatMap { problems.text($0, expected: "an id such as pb-0123456789abcdef0") },
            name: name,
            description: reader.value("description").flatMap { problems.text($0, expected: "a description") },
            system: system,
            patchGroups: reader.texts("patch-groups", expected: "a patch group such as Ubuntu22-early or Ubuntu22-*"),
            globalFilters: reader.value("global-filters").map { FilterReader.read($0, for: scope, problems) } ?? [],
            rules: reader.list("rules").compactMap { rule($0, includesNonSecurity, scope, problems) },
            approved: reader.texts("approved", expected: "a package such as openssl or openssl=3.0.*"),
            approvedLevel: reader.value("approved-level").flatMap { problems.word($0, ComplianceLevel.self) }
                ?? .unspecified,
            approvedIncludesNonSecurity: reader.value("approved-non-security").flatMap { problems.boolean($0) }
                ?? includesNonSecurity,
            rejected: rejected,
            rejections: rejections,
            rejectedAction: reader.value("rejected-action").flatMap { problems.word($0, RejectedAction.self) }
                ?? .allowAsDependency,
            sources: reader.list("sources").compactMap { source($0, problems) },
            availableSecurityUpdates: reader.value("available-security-updates").flatMap {
                problems.word($0, AvailableSecurityUpdates.self)
            } ?? .compliant,
            tags: reader.value("tags").map { tags($0, problems) } ?? [:]
        )
    }

    // MARK: - Steps

    private static func rule(
        _ value: YAMLValue,
        _ includesNonSecurity: Bool,
        _ scope: FilterReader.Scope?,
        _ problems: ProblemList
    ) -> Baseline.ApprovalRule? {
        let keys = FilterReader.keys + ["level", "after", "until", "delay-from", "non-security"]
        guard let reader = MappingReader(value, "a rule", keys: keys, problems) else { return nil }
        return Baseline.ApprovalRule(
            filters: FilterReader.filters(reader, for: scope),
            level: reader.value("level").flatMap { problems.word($0, ComplianceLevel.self) } ?? .unspecified,
            delay: delay(reader),
            delayFrom: reader.value("delay-from").flatMap { problems.word($0, DelayOrigin.self) },
            includesNonSecurity: reader.value("non-security").flatMap { problems.boolean($0) } ?? includesNonSecurity
        )
    }

    private static func delay(_ reader: MappingReader) -> ApprovalDelay {
        let problems = reader.problems
        if let value = reader.value("until") {
            if reader.value("after") != nil {
                problems.add("a rule has `after` or `until`, not both: leave one out", at: value.place)
            }
            return problems.date(value).map { .until($0) } ?? .days(0)
        }
        guard let value = reader.value("after") else { return .days(0) }
        let days: ClosedRange<Int> = ApprovalDelay.days
        let longest = days.upperBound * 86_400
        guard let seconds = problems.seconds(value, in: 0...longest, what: "a delay") else { return .days(0) }
        if !seconds.isMultiple(of: 86_400) {
            problems.add(
                "found \(value.title): expected whole days such as 7d, for approvals change at midnight UTC",
                at: value.place
            )
        }
        return .days(seconds / 86_400)
    }

    private static func tags(_ value: YAMLValue, _ problems: ProblemList) -> [String: String] {
        guard case .mapping(let entries) = value.content else {
            problems.add("found \(value.title): expected tags such as { Owner: platform }", at: value.place)
            return [:]
        }
        let tags = entries.compactMap { entry -> (String, String)? in
            if case .scalar(let text) = entry.value.content { return (entry.key, text) }
            problems.add("found \(entry.value.title): expected the tag's value", at: entry.value.place)
            return nil
        }
        return Dictionary(tags) { first, _ in first }
    }

    private static func source(_ value: YAMLValue, _ problems: ProblemList) -> PatchSource? {
        guard let reader = MappingReader(value, "a source", keys: ["name", "products", "configuration"], problems)
        else { return nil }
        let name = reader.required("name", expected: "its name").flatMap { problems.text($0, expected: "its name") }
        let configuration = reader.required("configuration", expected: "the repository file's text").flatMap {
            problems.text($0, expected: "the repository file's text")
        }
        guard let name, let configuration else { return nil }
        let products = reader.texts("products", expected: "a product such as AmazonLinux2023")
        return PatchSource(name: name, products: products.isEmpty ? ["*"] : products, configuration: configuration)
    }
}
