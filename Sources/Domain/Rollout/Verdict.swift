/// What a fact makes of a host run.
package struct Verdict: Equatable {
    package var state: HostRunState
    /// The cause of a failure, as ``HostFailure/cause`` names it.
    package var cause: String?

    /// It uses up the error budget.
    var isError: Bool { state == .failed }
}

extension RolloutSpec {
    /// nil for a fact that does not belong to the operation.
    package func verdict(on fact: HostFact) -> Verdict? {
        switch (fact, operation) {
        case (.accepted, _): Verdict(state: .accepted)
        case (.refused(.withdrawn, _), _), (.ran(.cancelled, _), .run): Verdict(state: .cancelled)
        case (.failed(.cancelled, _, _, _), .scan), (.failed(.cancelled, _, _, _), .install): Verdict(state: .cancelled)
        case (.refused(let cause, _), _):
            Verdict(state: cause.isError ? .failed : .refused, cause: cause.rawValue)
        case (.failed, .run): nil
        case (.failed(let failure, _, _, _), _): Verdict(state: .failed, cause: failure.rawValue)
        case (.installing, .install): Verdict(state: .installing)
        case (.rebooting, .install), (.rebooting, .run): Verdict(state: .rebooting)
        case (.verifying, .install), (.verifying, .run): Verdict(state: .verifying)
        case (.scanned, .scan): Verdict(state: .succeeded)
        case (.installed(_, let patches, let reboot), .install): Self.verdict(patches, reboot)
        case (.ran(nil, _), .run): Verdict(state: .succeeded)
        case (.ran(let failure?, _), .run): Verdict(state: .failed, cause: failure.rawValue)
        case (.installing, .scan), (.rebooting, .scan), (.verifying, .scan), (.installed, .scan), (.scanned, .install),
            (.installing, .run), (.scanned, .run), (.installed, .run), (.ran, .scan), (.ran, .install):
            nil
        }
    }

    /// What the host says of its success is believed only when every patch and the reboot are proved.
    private static func verdict(_ patches: [PatchOutcome], _ reboot: RebootProof?) -> Verdict {
        if patches.contains(where: { $0.state == .failed }) {
            Verdict(state: .failed, cause: FailureClass.unknown.rawValue)
        } else if let failure = reboot?.failure {
            Verdict(state: .failed, cause: failure)
        } else {
            Verdict(state: .succeeded)
        }
    }

    /// Why the specification cannot be carried out; nil when it can.
    var flaw: String? {
        guard Set(targets).count == targets.count else { return "a node is in it twice" }
        guard deliverySeconds > 0, hostRunSeconds > 0 else { return "a timeout is not positive" }
        guard rebootSlots.map({ $0.groupOfTarget.count == targets.count }) ?? true else {
            return "it has \(targets.count) targets and reboot slots for others"
        }
        guard case .install(let work) = operation else { return nil }
        guard work.setOfTarget.count == targets.count else {
            return "it has \(targets.count) targets and \(work.setOfTarget.count) patch sets assigned to them"
        }
        guard work.setOfTarget.allSatisfy(work.patchSets.indices.contains) else {
            return "a target's patch set is not among its \(work.patchSets.count)"
        }
        return nil
    }
}
