/// Who publishes an advisory: the family of its feed.
package enum AdvisorySource: String, Codable, Sendable, CaseIterable {
    case amazonLinux = "amazon-linux"
    /// Red Hat and its rebuilds.
    case redHat = "red-hat"
    case fedora
    case ubuntu
    case debian
    case microsoft

    /// Who publishes what is for the system; nil where no feed is.
    package init?(_ system: OperatingSystem) {
        switch system {
        case .amazonLinux, .amazonLinux2, .amazonLinux2022, .amazonLinux2023: self = .amazonLinux
        case .redHat, .centOS, .oracle, .rocky, .alma: self = .redHat
        case .ubuntu: self = .ubuntu
        case .debian: self = .debian
        case .windows: self = .microsoft
        case .suse, .macOS, .raspbian: return nil
        }
    }

    /// Whether an edit of the advisory starts the wait for its approval anew.
    ///
    /// The updateinfo families date an advisory by its last edit, as SSM does. The others' records are written anew for reasons that have nothing to do with the fix.
    var countsEdits: Bool {
        switch self {
        case .amazonLinux, .redHat, .fedora: true
        case .ubuntu, .debian, .microsoft: false
        }
    }
}
