package import Domain
import Scheduling
package import Time

extension MaintenanceWindow {
    /// Up to `limit` of its openings behind a moment, the first first.
    package func openings(after moment: Timestamp, limit: Int) -> [Timestamp] {
        guard let configuration, let createdAt else { return [] }
        var openings: [Timestamp] = []
        var last = moment
        let timing = OccurrenceTiming<WindowSettings>.calendar
        while openings.count < limit, let next = timing.next(configuration.settings, createdAt, last) {
            openings.append(next)
            last = next
        }
        return openings
    }

    /// A moment as SSM writes it, in the window's zone; in UTC where time-zone data has lost that.
    package func text(of moment: Timestamp) -> String {
        (try? configuration?.settings.text(of: moment)) ?? moment.description
    }
}
