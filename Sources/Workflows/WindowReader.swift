import Domain
import Scheduling
import Time

/// Reads a window: the name of one of the policy's, or a mapping with its rule.
enum WindowReader {
    static let keys = ["opens", "zone", "duration", "cutoff", "offset", "stagger", "from", "until"]

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> WindowRule? {
        if case .scalar(let name) = value.content, !name.isEmpty {
            // Its rule, its duration among it, comes from the policy.
            return WindowRule(opens: .policy(name), zone: .site, durationSeconds: 86_400, cutoffSeconds: 0)
        }
        return MappingReader(value, "`window`", keys: keys, problems).flatMap(rule)
    }

    static func rule(_ window: MappingReader) -> WindowRule? {
        let problems = window.problems
        let opens = window.required("opens", expected: "`now`, cron(…), rate(…) or at(…)").flatMap {
            opening($0, problems)
        }
        let zone = window.value("zone").map { self.zone($0, problems) } ?? .site
        let duration = window.required("duration", expected: "how long it is open").flatMap {
            problems.seconds($0, in: 60...86_400, what: "a duration")
        }
        let cutoffValue = window.value("cutoff")
        let cutoff = cutoffValue.map { problems.seconds($0, in: 0...86_400, what: "a cutoff") } ?? 0
        guard let opens, let zone, let duration, let cutoff else { return nil }
        guard cutoff < duration else {
            let message =
                "a cutoff of \(ProblemList.words(cutoff)) leaves nothing of a duration of "
                + "\(ProblemList.words(duration)): expected a cutoff below it"
            problems.add(message, at: cutoffValue?.place ?? window.place)
            return nil
        }
        let stagger = window.texts("stagger", expected: "what patch groups begin with, such as Ubuntu22")
        let rule = WindowRule(
            opens: opens,
            zone: zone,
            durationSeconds: duration,
            cutoffSeconds: cutoff,
            offsetDays: window.value("offset").flatMap { offset($0, problems) },
            stagger: stagger.isEmpty ? nil : stagger,
            startDate: window.value("from").flatMap { moment($0, problems) },
            endDate: window.value("until").flatMap { moment($0, problems) }
        )
        do throws(ScheduleError) {
            try rule.check()
        } catch {
            problems.add("\(error)", at: window.place)
        }
        return rule
    }

    // MARK: - Steps

    private static func opening(_ value: YAMLValue, _ problems: ProblemList) -> WindowRule.Opening? {
        if case .scalar("now") = value.content { return .now }
        return problems.schedule(value).map { .schedule($0) }
    }

    private static func zone(_ value: YAMLValue, _ problems: ProblemList) -> WindowRule.Zone? {
        if case .scalar("site") = value.content { return .site }
        return problems.zone(value).map { .named($0) }
    }

    private static func offset(_ value: YAMLValue, _ problems: ProblemList) -> Int? {
        guard let seconds = problems.seconds(value, in: 86_400...6 * 86_400, what: "an offset") else { return nil }
        if !seconds.isMultiple(of: 86_400) {
            problems.add("found \(value.title): expected whole days such as 2d", at: value.place)
        }
        return seconds / 86_400
    }

    private static func moment(_ value: YAMLValue, _ problems: ProblemList) -> Timestamp? {
        let expected = "a moment such as 2026-12-31T00:00:00Z"
        guard let text = problems.text(value, expected: expected) else { return nil }
        if let moment = Timestamp(iso8601: text) { return moment }
        problems.add("found \(value.title): expected \(expected)", at: value.place)
        return nil
    }
}
