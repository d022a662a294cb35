/// What hosts are told to run: scripts and commands, one after the other, until one fails.
///
/// A value without a version: whoever refers to one keeps it whole, so that nothing that happens to files later changes it.
package struct Document: Codable, Equatable, Sendable {
    package static let maximumSteps = 20
    /// Of its steps' texts together.
    package static let maximumBytes = 64 << 10
    /// In bytes.
    package static let maximumName = 64

    package var name: String
    /// What it is for; nil when nobody says.
    package var description: String?
    /// In their order; their names differ.
    package var steps: [DocumentStep]

    package init(name: String, description: String? = nil, steps: [DocumentStep]) {
        self.name = name
        self.description = description
        self.steps = steps
    }

    /// How much it adds to an order, in bytes.
    package var byteCount: Int { steps.reduce(0) { $0 + $1.byteCount } }

    /// The longest that its steps may take, in seconds.
    package var timeoutSeconds: Int { steps.reduce(0) { $0 + $1.timeoutSeconds } }

    /// Why no host may be given it; nil when nothing speaks against it.
    package var flaw: String? {
        guard Self.isName(name) else { return "the name `\(name)` is unfit: expected \(Self.expectedName)" }
        guard !steps.isEmpty else { return "it has no steps: expected at least one" }
        guard steps.count <= Self.maximumSteps else {
            return "it has \(steps.count) steps: expected at most \(Self.maximumSteps)"
        }
        guard Set(steps.map(\.name)).count == steps.count else { return "two of its steps have one name" }
        guard byteCount <= Self.maximumBytes else {
            return "its steps have \(byteCount) bytes: expected at most \(Self.maximumBytes)"
        }
        return steps.lazy.compactMap(\.flaw).first
    }

    package static let expectedName = "at most \(maximumName) letters, digits, hyphens, underscores and dots"

    /// Whether a document, or a step of one, may be called so.
    package static func isName(_ text: String) -> Bool {
        (1...maximumName).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            && text.first != "." && text.first != "-"
    }
}
