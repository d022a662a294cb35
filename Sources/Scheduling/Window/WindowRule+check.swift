package import Domain

extension WindowRule {
    /// Whether it has a calendar for each kind of patch groups that has a turn.
    ///
    /// - Throws: what is wrong with its schedule, its zone, its dates, or the days that it is put off.
    package func check() throws(ScheduleError) {
        for kind in stagger ?? [""] { _ = try WindowCalendar(self, siteZone: "UTC", patchGroup: "\(kind)-") }
    }
}
