package import Time

/// What is wanted of the fleet's policy.
package enum PolicyMessage: DomainMessage {
    /// - `digest`: of the policy's canonical JSON.
    /// - `base`: that of the policy it was compared with; nil when it is to hold whatever there was before.
    case apply(Policy, digest: String, base: String?)
    /// An entry that was rejected already gets the new reason, owner and end.
    case reject(PatchRejection)
    case accept(entry: String, reason: String)
    case wake

    package var kind: String {
        switch self {
        case .apply: "apply"
        case .reject: "reject"
        case .accept: "accept"
        case .wake: "wake"
        }
    }
}

/// What happened to the fleet's policy.
package enum PolicyEvent: DomainEvent {
    case applied(Policy, digest: String, by: String, at: Timestamp)
    case patchRejected(PatchRejection, by: String, at: Timestamp)
    case patchAccepted(entry: String, reason: String, by: String, at: Timestamp)
    case rejectionExpired(entry: String, at: Timestamp)

    package var type: String {
        switch self {
        case .applied: "policy.applied.v1"
        case .patchRejected: "policy.patch-rejected.v1"
        case .patchAccepted: "policy.patch-accepted.v1"
        case .rejectionExpired: "policy.rejection-expired.v1"
        }
    }
}

/// What an event of the policy asks of the world: tasks for a worker, and what reboot slots are told.
package enum PolicyEffect: Codable, Equatable, Sendable {
    /// Tell the schedules what they start from now on.
    case renewSchedules
    /// Tell the lanes that are open what is left of their windows.
    case moveWindows
    /// Halt the cycles whose plans would still bring it.
    case carryOut(PatchRejection, by: String)
    /// Let the cycles that were halted for it go on when a person resumes them.
    case takeBack(entry: String, by: String)
    /// No task: the group's slots are told of it at once.
    case configure(RebootSlotGroup)

    /// Its name as a task.
    package var kind: String {
        switch self {
        case .renewSchedules: "renew-schedules"
        case .moveWindows: "move-windows"
        case .carryOut: "carry-out-rejection"
        case .takeBack: "take-back-rejection"
        case .configure: "configure"
        }
    }
}

/// Why the policy does not do what a message wants.
package enum PolicyRefusal: DomainRefusal {
    case changedMeanwhile(digest: String?)
    case expired(PatchRejection)
    case tooMany
    case notRejected(entry: String)

    package var code: String {
        switch self {
        case .changedMeanwhile: "policy-changed"
        case .expired: "rejection-expired"
        case .tooMany: "too-many-rejections"
        case .notRejected: "patch-not-rejected"
        }
    }

    package var detail: String {
        switch self {
        case .changedMeanwhile(let digest):
            "cannot apply the policy: somebody has applied another meanwhile, \(digest?.prefix(12) ?? "none"); look at "
                + "`ringmaster policy diff` again"
        case .expired(let rejection):
            "cannot reject \(rejection.entry) until \(rejection.expires?.description ?? "then"): that day is over; "
                + "name a later one or none"
        case .tooMany:
            "cannot reject more: \(PolicyBook.mostRejections) patches are rejected by command; put lasting rejections into "
                + "the baselines of the policy, or accept those that are settled"
        case .notRejected(let entry):
            "cannot accept \(entry): no command has rejected it; what a baseline rejects is changed in the policy's files"
        }
    }
}
