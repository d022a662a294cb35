/// What a feed's classification word means.
package enum AdvisoryKind: String, Codable, Sendable, CaseIterable {
    case security
    case bugfix
    case enhancement
    case newPackage = "new-package"
    case recommended
    /// A word that we do not know, or none.
    case other

    package init(word: String) {
        self =
            switch word.lowercased() {
            case "security", "security update": .security
            case "bugfix", "bug fix": .bugfix
            case "enhancement", "feature": .enhancement
            case "newpackage", "new package": .newPackage
            case "recommended": .recommended
            default: .other
            }
    }
}
