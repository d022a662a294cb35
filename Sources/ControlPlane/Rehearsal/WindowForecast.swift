package import Domain
package import ReadModels
import Scheduling
package import Time

/// The coming openings of a policy's windows.
package enum WindowForecast {
    /// The next openings in each site, for each kind of patch groups that has a turn of its own; by time, then site.
    ///
    /// - Parameters:
    ///   - name: of one window; nil for all.
    ///   - count: how many altogether.
    /// - Throws: ``ScheduleError`` for what the policy should not have been applied with.
    package static func views(
        of policy: Policy,
        named name: String?,
        from moment: Timestamp,
        count: Int
    ) throws -> [WindowView] {
        var views: [WindowView] = []
        for window in policy.windows where name == nil || window.name == name {
            for own in policy.sites {
                let site = try Scheduling.Site(own.name, of: policy, zone: own.zone)
                let turns: [String?] = window.rule.stagger.map { $0.map(Optional.some) } ?? [nil]
                for kind in turns {
                    let group = kind.map { "\($0)-" }
                    let calendar = try WindowCalendar(window.rule, siteZone: own.zone, patchGroup: group)
                    for occurrence in calendar.occurrences(from: moment).prefix(count) {
                        views.append(view(of: occurrence, window.name, site, kind))
                    }
                }
            }
        }
        return Array(views.sorted { order($0) < order($1) }.prefix(count))
    }

    // MARK: - Steps

    private static func order(_ view: WindowView) -> (Int64, String, String) {
        (view.opens.microseconds, view.site, view.window)
    }

    private static func view(
        of occurrence: WindowOccurrence,
        _ window: String,
        _ site: Scheduling.Site,
        _ kind: String?
    ) -> WindowView {
        let local = LocalWindow(occurrence, in: site.zone)
        return WindowView(
            window: window,
            site: site.name,
            kind: kind,
            opens: occurrence.opens,
            cutoff: occurrence.cutoff,
            closes: occurrence.closes,
            opensLocal: "\(local.opens)",
            closesLocal: "\(local.closes)",
            clockChangeSeconds: local.clockChangeSeconds,
            notes: site.reasons(against: occurrence)
        )
    }
}
