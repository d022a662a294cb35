import Domain
package import Time

/// A node's host run in one rollout, as far as it has come.
package struct NodeRun: Equatable, Sendable {
    package var cycle: String
    /// The cycle is a one-off run.
    package var isOneOff: Bool
    package var stage: String
    /// `scan`, `install` or `run`.
    package var work: String
    /// The host run's state.
    package var state: String
    /// What it came to, in words; nil where the state says all.
    package var detail: String?
    /// When its window opened or opens.
    package var opens: Timestamp
    /// When the host was first heard; nil where it never was.
    package var beganAt: Timestamp?
    /// When its end was heard; nil where it never was, or has not ended.
    package var endedAt: Timestamp?

    /// - Parameters:
    ///   - index: of the node among the rollout's targets.
    ///   - workflow: of the rollout's cycle.
    ///   - trace: what is known of its reports.
    init(at index: Int, in rollout: Rollout, _ spec: RolloutSpec, workflow: String, _ trace: HostTrace) {
        (cycle, stage) = (spec.cycle, spec.stage)
        isOneOff = workflow == WorkflowDefinition.oneOffRun
        work =
            switch spec.operation {
            case .scan: "scan"
            case .install: "install"
            case .run: "run"
            }
        let state = rollout.hostStates[index]
        self.state = state.name
        opens = spec.window.opens
        (beganAt, endedAt) = (trace.acceptedAt, trace.endedAt)
        let failure = rollout.failures.first { $0.node == spec.targets[index] }
        detail =
            if state.isHeardOf, let fact = trace.fact {
                fact.words(spec.verdict(on: fact)?.cause)
            } else if let failure, state == .failed {
                HostFact.words(failure.cause, failed: (failure.patches ?? []).map { ($0.patch, $0.cause) })
            } else {
                state.reason
            }
    }
}

extension HostRunState {
    /// Its host told how it ended.
    fileprivate var isHeardOf: Bool {
        switch self {
        case .succeeded, .failed, .refused, .cancelled: true
        case .queued, .ordered, .accepted, .installing, .rebooting, .verifying, .timedOut, .missedWindow, .unknown:
            false
        }
    }

    /// Why it ended, where that was not for its host to tell.
    fileprivate var reason: String? {
        switch self {
        case .timedOut: "it was accepted, and its end was not heard of by its deadline"
        case .unknown: "it was ordered, and the host was never heard of"
        case .missedWindow: "it had not begun when its window had no more time for it"
        case .cancelled: "it was not wanted any more"
        case .queued, .ordered, .accepted, .installing, .rebooting, .verifying, .succeeded, .failed, .refused: nil
        }
    }
}

extension HostFact {
    /// Patches that are named.
    private static let namedPatches = 3

    fileprivate static func words(_ cause: String, failed: [(patch: Patch, cause: FailureClass?)]) -> String {
        guard !failed.isEmpty else { return cause }
        let named = failed.prefix(namedPatches).map { "\($0.patch.name): \($0.cause?.rawValue ?? "unknown")" }
        let more = failed.count > namedPatches ? ["\(failed.count - namedPatches) more"] : []
        return "\(cause) (\((named + more).joined(separator: ", ")))"
    }

    /// What the host told at the end.
    ///
    /// - Parameter cause: of the failure that it is, by the rollout's verdict; nil for none.
    fileprivate func words(_ cause: String?) -> String? {
        switch self {
        case .installed(_, let patches, let reboot):
            if let cause {
                return Self.words(cause, failed: patches.filter { $0.state == .failed }.map { ($0.patch, $0.failure) })
            }
            let count = patches.count { $0.state == .installed }
            let proof = reboot.map { $0.isConfirmed ? ", reboot confirmed" : ", reboot not confirmed" } ?? ""
            return "\(count) of \(patches.count) patches installed\(proof)"
        case .accepted, .installing, .rebooting, .verifying, .scanned, .refused, .ran, .failed:
            let parts = [ending?.cause, ending?.detail].compactMap(\.self).filter { !$0.isEmpty }
            return parts.isEmpty ? nil : parts.joined(separator: ": ")
        }
    }
}
