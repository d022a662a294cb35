package import Time

/// Where a report stage writes the hosts of each site, as CSV.
package struct ReportExport: Codable, Equatable, Sendable {
    /// The most bytes of ``to``.
    package static let longest = 500
    private static let placeholders = ["year", "month", "cycle"]

    /// A folder of the workers' machines (`/srv/reports/{year}-{month}/`) or of a store (`s3://BUCKET/patching/{year}-{month}/`).
    package var to: String

    package init(to: String) { self.to = to }

    /// What is wrong with it; nil when nothing is.
    package var problem: String? {
        let isStore = to.hasPrefix("s3://") && to.dropFirst(5).prefix { $0 != "/" }.utf8.count >= 3
        let isPlain = to.utf8.count <= Self.longest && to.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        guard isStore || to.hasPrefix("/"), to.hasSuffix("/"), isPlain, !to.split(separator: "/").contains("..") else {
            return
                "expected a folder with a slash at its end, such as s3://acme-evidence/patching/{year}-{month}/ or /srv/reports/"
        }
        var rest = to
        for name in Self.placeholders { rest = rest.replacing("{\(name)}", with: "") }
        guard rest.contains(where: { "{}".contains($0) }) else { return nil }
        return "expected no braces but those of {year}, {month} and {cycle}"
    }

    /// The file of a site: the same, however often it is written.
    ///
    /// - Parameter startedAt: when the cycle was, whose year and month by UTC stand in the name.
    package func place(ofSite site: String, cycle: String, startedAt: Timestamp) -> String {
        let day = startedAt.description
        return to.replacing("{year}", with: String(day.prefix(4)))
            .replacing("{month}", with: String(day.dropFirst(5).prefix(2)))
            .replacing("{cycle}", with: cycle) + "\(cycle)-\(site).csv"
    }
}

/// A file that a report stage has written.
package struct ReportFile: Codable, Equatable, Sendable {
    package var site: String
    /// A path, or an address in a store.
    package var place: String
    /// Of its bytes, lower-case hexadecimal.
    package var sha256: String
    package var byteCount: Int

    package init(site: String, place: String, sha256: String, byteCount: Int) {
        self.site = site
        self.place = place
        self.sha256 = sha256
        self.byteCount = byteCount
    }
}
