package import Time

/// One opening of a policy's window in a site.
package struct WindowView: Codable, Equatable, Sendable {
    package var window: String
    package var site: String
    /// The kind of patch group whose turn it is, such as `Ubuntu22`; nil where all open at once.
    package var kind: String?
    package var opens: Timestamp
    package var cutoff: Timestamp
    package var closes: Timestamp
    /// By the site's clocks, with their distance from UTC.
    package var opensLocal: String
    package var closesLocal: String
    /// By how much clocks are put forward while it is open; negative when they are put back.
    package var clockChangeSeconds: Int64
    /// What business hours and freezes take from it.
    package var notes: [String]

    package init(
        window: String,
        site: String,
        kind: String?,
        opens: Timestamp,
        cutoff: Timestamp,
        closes: Timestamp,
        opensLocal: String,
        closesLocal: String,
        clockChangeSeconds: Int64,
        notes: [String]
    ) {
        self.window = window
        self.site = site
        self.kind = kind
        self.opens = opens
        self.cutoff = cutoff
        self.closes = closes
        self.opensLocal = opensLocal
        self.closesLocal = closesLocal
        self.clockChangeSeconds = clockChangeSeconds
        self.notes = notes
    }
}
