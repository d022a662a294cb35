package import AgentProtocol

/// Why a step of a host run did not work.
package struct StepFailure: Error, Codable, Equatable, Sendable {
    package var kind: FailureKind
    /// What failed, on what and why, with the end of the tool's output.
    package var detail: String

    /// Longest detail in bytes: a report stays small.
    package static let maximumDetail = 4_096

    package init(_ kind: FailureKind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

extension StepFailure: CustomStringConvertible {
    package var description: String { "\(kind.rawValue): \(detail)" }
}
