import Domain
import Scheduling
import Time

/// Computes a daily window anew, without the production calendar's search.
struct WindowRuleCheck {
    let scenario: Scenario

    func check(_ spec: RolloutSpec, _ rule: WindowRule, _ world: World) throws(Violation) {
        let window = spec.window
        guard window.closes == window.opens + .seconds(rule.durationSeconds),
            window.cutoff == window.closes - .seconds(rule.cutoffSeconds)
        else { throw Checker.fail(.windowIsTheRules, "\(spec.rollout): \(window) is not as long as its rule says") }
        guard case .schedule(let expression) = rule.opens, let wanted = Self.secondOfDay(expression) else { return }
        let zone: Zone
        do {
            zone = try Zone(scenario.definition.zone(ofSite: spec.site))
        } catch {
            throw Checker.fail(.windowIsTheRules, "\(spec.site) has no zone: \(error)")
        }
        if offset(zone, scenario.start) != offset(zone, window.opens) { world.note(.daylightSaving) }
        let shown = zone.wallTime(at: window.opens).secondOfDay
        // Clocks that were put forward just then skip the hour that the rule names.
        let isAfterGap = offset(zone, window.opens - .seconds(1)) < offset(zone, window.opens)
        guard shown == wanted || isAfterGap else {
            throw Checker.fail(.windowIsTheRules, "\(spec.rollout) opens when clocks show \(shown) s, not \(wanted) s")
        }
    }

    private func offset(_ zone: Zone, _ moment: Timestamp) -> Int64 {
        zone.localTime(at: moment).offsetSeconds
    }

    /// Of `cron(MINUTE HOUR * * ? *)`.
    private static func secondOfDay(_ expression: String) -> Int64? {
        let fields = expression.dropFirst("cron(".count).split(separator: " ")
        guard fields.count == 6, let minute = Int64(fields[0]), let hour = Int64(fields[1]) else { return nil }
        return hour * 3_600 + minute * 60
    }
}
