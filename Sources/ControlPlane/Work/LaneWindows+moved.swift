import Domain
import Scheduling
import Time

extension LaneWindows {
    /// The window for those of an open lane's hosts that have no order yet, where the policy leaves not all of theirs.
    ///
    /// Hosts of a window that is open already miss it where nothing is left of it; one that is to come is put off to the next opening.
    ///
    /// - Returns: nil when it stays as it is.
    static func moved(
        for rollout: Rollout,
        _ start: CycleStart,
        _ policy: Policy,
        at moment: Timestamp
    ) throws(ScheduleError) -> WindowOccurrence? {
        guard let spec = rollout.spec, rollout.queuedCount > 0, moment < spec.window.cutoff,
            let rules = start.definition.stage(named: spec.stage)?.laneRules
        else { return nil }
        let windows = Self(of: rules, start.definition, policy, opensNow: start.opensWindowsNow)
        let site = try windows.site(spec.site)
        if let part = site.usablePart(of: spec.window, at: moment) { return part == spec.window ? nil : part }
        if moment < spec.window.opens, let next = try windows.occurrence(in: site, spec.patchGroup, at: moment) {
            return next
        }
        var missed = spec.window
        missed.cutoff = moment
        return missed
    }
}
