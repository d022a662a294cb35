import Domain

extension SLAPolicy {
    init?(_ value: YAMLValue, _ problems: ProblemList) {
        let keys = ["critical", "high", "medium", "low"]
        guard let reader = MappingReader(value, "`sla`", keys: keys, problems) else { return nil }
        func days(_ key: String) -> Int? { reader.value(key).flatMap { Self.days($0, problems) } }
        do throws(SLAPolicyProblem) {
            try self.init(
                criticalDays: days("critical"),
                highDays: days("high"),
                mediumDays: days("medium"),
                lowDays: days("low")
            )
        } catch {
            problems.add("\(error)", at: value.place)
            return nil
        }
    }

    private static func days(_ value: YAMLValue, _ problems: ProblemList) -> Int? {
        let bounds = days.lowerBound * 86_400...days.upperBound * 86_400
        guard let seconds = problems.seconds(value, in: bounds, what: "a time to close findings in") else { return nil }
        if !seconds.isMultiple(of: 86_400) {
            problems.add("found \(value.title): expected whole days such as 14d", at: value.place)
        }
        return seconds / 86_400
    }
}
