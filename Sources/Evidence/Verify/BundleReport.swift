/// What verifying a bundle has shown.
package struct BundleReport: Encodable, Equatable, Sendable {
    /// The most problems that are named.
    static let mostProblems = 100

    /// Something that is not as it was signed, or does not fit the rest.
    package struct Problem: Encodable, Equatable, Sendable, CustomStringConvertible {
        package let file: String
        package let what: String

        package var description: String { "\(file): \(what)" }
    }

    package private(set) var isValid = true
    package internal(set) var period = ""
    package internal(set) var commits = 0
    package internal(set) var events = 0
    package internal(set) var files = 0
    package internal(set) var nodes = 0
    /// When the authority says that it has seen the manifest, and where it is; nil for a bundle without a timestamp.
    package internal(set) var timestamp: String?
    /// The fingerprint of the key that was given.
    package let key: String
    package private(set) var problems: [Problem] = []
    /// What a person is told of the timestamp, whose signature nobody has verified here.
    package var timestampClaim: String? {
        timestamp.map {
            "\(BundleNames.timestamp) is about this manifest and says \($0); that the authority signed it, only "
                + "`openssl ts -verify` proves"
        }
    }
    /// Whether there are more than are named.
    package private(set) var isCut = false

    init(key: String) { self.key = key }

    mutating func add(_ what: String, in file: String) {
        isValid = false
        guard problems.count < Self.mostProblems else { return isCut = true }
        problems.append(Problem(file: file, what: what))
    }
}
