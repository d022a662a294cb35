import Domain

extension PolicyFreeze {
    init?(_ value: YAMLValue, _ problems: ProblemList) {
        let keys = ["name", "reason", "from", "until", "zone", "sites", "calendar"]
        guard let reader = MappingReader(value, "a freeze", keys: keys, problems) else { return nil }
        func text(_ key: String, _ expected: String) -> String? {
            reader.required(key, expected: expected).flatMap { problems.text($0, expected: expected) }
        }
        let name = text("name", "the freeze's name")
        let reason = text("reason", "why nothing may start")
        let from = text("from", "a day or time such as 2026-12-20 or 2026-12-20T18:00")
        let until = text("until", "when work may start again, such as 2027-01-04")
        guard let name, let reason, let from, let until else { return nil }
        self.init(
            name: name,
            reason: reason,
            from: from,
            until: until,
            zone: reader.value("zone").flatMap(problems.zone),
            sites: reader.texts("sites", expected: "a site")
        )
    }
}
