package import Domain
package import Time

/// `POST /api/v1/baselines/preview`.
package struct PreviewBaseline: Codable, Equatable, Sendable {
    package var baseline: Baseline
    /// How far back advisories are looked at.
    package var days: Int

    package init(baseline: Baseline, days: Int) {
        self.baseline = baseline
        self.days = days
    }
}

/// What a baseline says of the advisories of some days, beside what the present policy says.
package struct BaselinePreviewView: Codable, Equatable, Sendable {
    package struct Item: Codable, Equatable, Sendable {
        package var advisory: String
        package var severity: String
        package var releasedAt: Timestamp?
        package var packages: [String]
        /// In words, such as `approved at HIGH by rule 2`.
        package var becomes: String
        /// The present policy's; nil when it has no such baseline.
        package var was: String?
        package var isChanged: Bool

        init(_ item: BaselinePreview.Item) {
            advisory = item.advisory
            severity = item.severity.rawValue
            releasedAt = item.releasedAt
            packages = item.packages
            becomes = item.judgement.text
            was = item.present?.text
            isChanged = item.isChanged
        }
    }

    package var baseline: String
    package var days: Int
    /// The latest first.
    package var items: [Item]

    package init(_ preview: BaselinePreview, of baseline: String, days: Int) {
        self.baseline = baseline
        self.days = days
        items = preview.items.map(Item.init)
    }
}
