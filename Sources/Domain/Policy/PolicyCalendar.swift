/// Freezes from an iCalendar text.
package struct PolicyCalendar: Codable, Equatable, Sendable {
    /// Where it was read: a file's name or an address.
    package var source: String
    package var text: String
    /// Where its freezes hold; empty for everywhere.
    package var sites: [String]

    package init(source: String, text: String, sites: [String] = []) {
        self.source = source
        self.text = text
        self.sites = sites
    }
}
