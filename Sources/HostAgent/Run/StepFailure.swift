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

extension StepFailure {
    /// Whether another choice of patches may go where this one did not: nothing was changed.
    var isOfOnePlan: Bool { [.conflict, .vanishedVersion].contains(kind) }

    /// Whether a package may be the cause: without it the others may go.
    var isOfOnePackage: Bool {
        switch kind {
        case .conflict, .script, .signature, .vanishedVersion, .interrupted, .unknown: true
        case .repository, .lock, .disk, .network, .timeout, .rebootFailed, .windowClosed, .cancelled: false
        }
    }
}

extension StepFailure: CustomStringConvertible {
    package var description: String { "\(kind.rawValue): \(detail)" }
}
