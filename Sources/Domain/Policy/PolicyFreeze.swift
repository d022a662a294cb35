/// A time in which nothing may start.
package struct PolicyFreeze: Codable, Equatable, Sendable {
    package var name: String
    /// Why, for people.
    package var reason: String
    /// A date or a time by the clock, such as `2026-12-20` or `2026-12-20T18:00`.
    package var from: String
    /// When work may start again.
    package var until: String
    /// An IANA name; nil for the clocks of each site.
    package var zone: String?
    /// Where it holds; empty for everywhere.
    package var sites: [String]

    package init(
        name: String,
        reason: String,
        from: String,
        until: String,
        zone: String? = nil,
        sites: [String] = []
    ) {
        self.name = name
        self.reason = reason
        self.from = from
        self.until = until
        self.zone = zone
        self.sites = sites
    }
}
