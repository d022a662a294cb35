/// A region or data centre: its clocks, and when it is at business.
package struct PolicySite: Codable, Equatable, Sendable {
    package var name: String
    /// An IANA name.
    package var zone: String
    package var businessHours: [BusinessSpan]

    package init(name: String, zone: String, businessHours: [BusinessSpan] = []) {
        self.name = name
        self.zone = zone
        self.businessHours = businessHours
    }

    /// Hours of one day of the week by the site's clocks; they reach into the next day when the second time is not later.
    package struct BusinessSpan: Codable, Equatable, Sendable {
        /// `SUN` to `SAT`.
        package var day: String
        /// As in `09:00`.
        package var from: String
        package var until: String

        package init(day: String, from: String, until: String) {
            self.day = day
            self.from = from
            self.until = until
        }
    }
}
