import Domain
import Scheduling

extension PolicySite {
    private static let days = Weekday.names

    init?(_ value: YAMLValue, _ problems: ProblemList) {
        guard let reader = MappingReader(value, "a site", keys: ["name", "zone", "business-hours"], problems) else {
            return nil
        }
        let name = reader.required("name", expected: "the site's name").flatMap {
            problems.text($0, expected: "the site's name")
        }
        let zone = reader.required("zone", expected: "its IANA time zone").flatMap(problems.zone)
        let spans = reader.list("business-hours").flatMap { Self.spans($0, problems) }
        guard let name, let zone else { return nil }
        self.init(name: name, zone: zone, businessHours: spans)
    }

    private static func spans(_ value: YAMLValue, _ problems: ProblemList) -> [BusinessSpan] {
        guard let reader = MappingReader(value, "business hours", keys: ["days", "from", "until"], problems) else {
            return []
        }
        func time(_ key: String) -> String? {
            reader.required(key, expected: "a time such as \"09:00\"").flatMap {
                problems.text($0, expected: "a time such as \"09:00\"")
            }
        }
        let days = reader.required("days", expected: "days such as MON-FRI").map { self.days($0, problems) }
        guard let days, let from = time("from"), let until = time("until") else { return [] }
        return days.map { BusinessSpan(day: $0, from: from, until: until) }
    }

    /// `MON-FRI`, `SAT`, or a list of such.
    private static func days(_ value: YAMLValue, _ problems: ProblemList) -> [String] {
        if case .list(let items) = value.content { return items.flatMap { days($0, problems) } }
        let expected = "days such as MON-FRI or SAT"
        guard let text = problems.text(value, expected: expected) else { return [] }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { days.firstIndex(of: String($0)) }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let day?, _): return [days[day]]
        case (2, let first?, let last?):
            let count = (last - first + days.count) % days.count + 1
            return (0..<count).map { days[(first + $0) % days.count] }
        default:
            problems.add("found \(value.title): expected \(expected)", at: value.place)
            return []
        }
    }
}
