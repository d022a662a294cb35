/// What of the fleet a series is about; what is nil limits nothing.
package struct SeriesFilter: Equatable, Sendable {
    package var site: String?
    package var ring: String?
    package var baseline: String?

    package init(site: String? = nil, ring: String? = nil, baseline: String? = nil) {
        self.site = site
        self.ring = ring
        self.baseline = baseline
    }
}

/// What a series can be limited to, each sorted.
package struct SeriesChoices: Equatable, Sendable {
    package var sites: [String]
    package var rings: [String]
    package var baselines: [String]
}
