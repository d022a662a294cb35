import Domain
import Scheduling
import Time

/// When the lanes of a stage open, by its window and the policy's business hours and freezes.
struct LaneWindows {
    private let definition: WorkflowDefinition
    private let policy: Policy
    private let rule: WindowRule
    private let opensNow: Bool

    init(of rules: LaneRules, _ definition: WorkflowDefinition, _ policy: Policy, opensNow: Bool) {
        self.definition = definition
        self.policy = policy
        rule = rules.window
        self.opensNow = opensNow || rule.opens == .now
    }

    /// The lane's site, with its clocks.
    func site(_ name: String) throws(ScheduleError) -> Scheduling.Site {
        try Scheduling.Site(name, of: policy, zone: definition.zone(ofSite: name))
    }

    /// The occurrence that is open at the moment, or else the next, as far as business hours and freezes leave something of it.
    ///
    /// - Returns: nil when none comes within two years.
    func occurrence(in site: Scheduling.Site, _ group: String, at moment: Timestamp) throws(ScheduleError)
        -> WindowOccurrence?
    {
        guard !opensNow else { return site.firstUsable(of: rule, openingFrom: moment) }
        let calendar = try WindowCalendar(rule, siteZone: site.zone.name, patchGroup: group)
        return site.firstUsable(of: calendar, at: try roundStart(in: site, at: moment))
    }

    /// The occurrence as the window alone has it.
    func uncut(in site: Scheduling.Site, _ group: String, at moment: Timestamp) throws(ScheduleError)
        -> WindowOccurrence?
    {
        guard !opensNow else { return rule.occurrence(opening: moment) }
        let calendar = try WindowCalendar(rule, siteZone: site.zone.name, patchGroup: group)
        return calendar.occurrence(at: try roundStart(in: site, at: moment))
    }

    // MARK: - Steps

    /// Where kinds of patch groups take turns nobody's turn comes before the first one's: a round that has begun is not joined.
    private func roundStart(in site: Scheduling.Site, at moment: Timestamp) throws(ScheduleError) -> Timestamp {
        guard rule.stagger != nil else { return moment }
        let first = try WindowCalendar(rule, siteZone: site.zone.name).occurrence(at: moment)
        return max(moment, first?.opens ?? moment)
    }
}
