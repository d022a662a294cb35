/// One suite of a local repository, with the Release fields that real ones have.
package enum LocalSuite: String, CaseIterable, Sendable {
    case base = "bookworm"
    case security = "bookworm-security"

    package var codename: String { rawValue }

    package var archive: String {
        switch self {
        case .base: "oldstable"
        case .security: "oldstable-security"
        }
    }

    package var label: String {
        switch self {
        case .base: "Debian"
        case .security: "Debian-Security"
        }
    }
}
