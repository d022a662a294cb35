import Domain

/// Reads an item of `baselines`.
enum BaselineReader {
    private static let keys = ["name", "patch-groups", "rules", "approved", "approved-level", "rejected"]

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> Baseline? {
        guard let reader = MappingReader(value, "a baseline", keys: keys, problems) else { return nil }
        let name = reader.required("name", expected: "the baseline's name").flatMap {
            problems.text($0, expected: "the baseline's name")
        }
        let groups = reader.required("patch-groups", expected: "the patch groups it is for, or \"*\"")
        let rules = reader.list("rules").compactMap { rule($0, problems) }
        let approved = reader.texts("approved", expected: "a package such as openssl or openssl=3.0.*")
        let level = reader.value("approved-level").map { problems.word($0, ComplianceLevel.self) } ?? .unspecified
        let rejected = reader.texts("rejected", expected: "a package such as telnetd or telnetd=0.17*")
        if reader.list("rules").isEmpty, reader.list("approved").isEmpty {
            problems.add("the baseline approves nothing: expected `rules` or `approved`", at: value.place)
        }
        guard let name, groups != nil, let level else { return nil }
        return Baseline(
            name: name,
            patchGroups: reader.texts("patch-groups", expected: "a patch group such as Ubuntu22-early or Ubuntu22-*"),
            rules: rules,
            approved: approved,
            approvedLevel: level,
            approvedIncludesNonSecurity: true,
            rejected: rejected
        )
    }

    private static func rule(_ value: YAMLValue, _ problems: ProblemList) -> Baseline.ApprovalRule? {
        let keys = ["classification", "priority", "section", "level"]
        guard let reader = MappingReader(value, "a rule", keys: keys, problems) else { return nil }
        let level = reader.value("level").map { problems.word($0, ComplianceLevel.self) } ?? .unspecified
        let classes = reader.list("classification").compactMap { problems.word($0, Classification.self)?.rawValue }
        let filters = [
            PatchFilter(.classification, classes),
            PatchFilter(.priority, reader.texts("priority", expected: "an apt priority such as important")),
            PatchFilter(.section, reader.texts("section", expected: "an apt section such as admin")),
        ]
        // What a rule does not name it does not ask for.
        return Baseline.ApprovalRule(
            filters: filters.filter { !$0.values.isEmpty },
            level: level ?? .unspecified,
            includesNonSecurity: true
        )
    }
}
