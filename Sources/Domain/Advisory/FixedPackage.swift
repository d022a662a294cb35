/// What closes an advisory on one product: a package at a version, or a Windows update at a build.
package struct FixedPackage: Codable, Hashable, Sendable {
    /// The release or product that it is for, in the feed's words, such as `Ubuntu:22.04:LTS`, `bookworm` or `Windows Server 2022`.
    package var product: String
    /// The package's name; on Windows the update's, such as `KB5036451`, or the product's where the feed names no update.
    package var name: String
    /// nil where the feed gives none.
    package var architecture: String?
    /// The first version that holds the fix, as the vendor writes versions; on Windows the build.
    ///
    /// nil where the feed names an update and no build.
    package var version: String?
    /// The name and version are a source package's: every binary package built from it has the fix.
    package var isSource: Bool
    package var reboot: RebootNeed

    package init(
        product: String,
        name: String,
        architecture: String? = nil,
        version: String?,
        isSource: Bool = false,
        reboot: RebootNeed = .unstated
    ) {
        self.product = product
        self.name = name
        self.architecture = architecture
        self.version = version
        self.isSource = isSource
        self.reboot = reboot
    }
}

extension FixedPackage: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        // Most that are compared are of one product.
        if left.product != right.product { return left.product < right.product }
        if left.name != right.name { return left.name < right.name }
        return left.rest < right.rest
    }

    /// What tells two apart that have one name; nil is before the empty text.
    private var rest: (Int, String, Int, String, Int, Int) {
        (
            architecture == nil ? 0 : 1, architecture ?? "", version == nil ? 0 : 1, version ?? "", isSource ? 1 : 0,
            reboot.rank
        )
    }
}

/// Whether the vendor says that a fix takes effect only after a reboot.
package enum RebootNeed: String, Codable, Sendable, CaseIterable {
    case required
    /// It depends on what is in use.
    case possible
    case notNeeded = "not-needed"
    case unstated

    /// Greater asks more.
    package var rank: Int {
        switch self {
        case .unstated: 0
        case .notNeeded: 1
        case .possible: 2
        case .required: 3
        }
    }
}
