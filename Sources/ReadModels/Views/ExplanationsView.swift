import Domain
package import Time

/// Why a node's patches are what they are.
package struct ExplanationsView: Codable, Equatable, Sendable {
    package var node: String
    package var name: String
    package var compliance: String
    /// Why it is UNKNOWN.
    package var unknownReason: String?
    /// When the inventory was taken that they are judged by, and at which they are judged.
    package var scannedAt: Timestamp?
    /// Sorted: what is on offer or waits for a boot; of a patch that was asked for, whatever there is of it.
    package var patches: [ExplanationView]

    package init(
        node: String,
        name: String,
        compliance: String,
        unknownReason: String?,
        scannedAt: Timestamp?,
        patches: [ExplanationView]
    ) {
        self.node = node
        self.name = name
        self.compliance = compliance
        self.unknownReason = unknownReason
        self.scannedAt = scannedAt
        self.patches = patches
    }
}

/// Why one patch is what it is.
package struct ExplanationView: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// `installed`, `pending-reboot`, `not-approved-yet`, `not-approved`, `not-applicable`, `rejected`, `obstructed`, `failed`, `waits-for-install` or, of a
    /// vulnerability, `not-offered`.
    package var cause: String
    package var sentence: String
    /// The end of what was printed when it failed.
    package var output: String?

    package init(
        name: String,
        architecture: String,
        version: String,
        cause: String,
        sentence: String,
        output: String? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.cause = cause
        self.sentence = sentence
        self.output = output
    }

    init(_ explanation: Explanation) {
        self.init(
            name: explanation.patch.name,
            architecture: explanation.patch.architecture,
            version: explanation.patch.version,
            cause: explanation.cause.rawValue,
            sentence: explanation.sentence,
            output: explanation.output
        )
    }
}
