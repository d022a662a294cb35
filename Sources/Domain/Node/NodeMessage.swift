package import Time

/// What is wanted of a node's stream.
package enum NodeMessage: DomainMessage {
    /// From its activation.
    case enrol(NodeEnrolment)
    /// Its key is no longer believed, for ever.
    case revoke(reason: String)
    /// It may be patched, too.
    case approve
    /// Its name, its role and its tags, of which one is its patch group.
    case label(NodeLabelChange)
    /// From the control plane's edge, which heard two machines.
    case clash(NodeClash)
    /// From its host, signed by the present key and by this one: a raw Ed25519 public key in base64.
    case offerKey(publicKey: String)
    /// Its host has used the offered key.
    case useKey(publicKey: String)
    /// From its host.
    case reboot(NodeReboot)
    /// From its host.
    case repair(NodeRepair)
    /// From its host, whose agent tells after its enrolment what it runs on.
    case describe(NodeFacts)
    /// From a rollout: the run of its order came to no end in time.
    case runTimedOut(order: String)
    case wake

    package var kind: String {
        switch self {
        case .enrol: "enrol"
        case .revoke: "revoke"
        case .approve: "approve"
        case .label: "label"
        case .clash: "clash"
        case .offerKey: "offer-key"
        case .useKey: "use-key"
        case .reboot: "reboot"
        case .repair: "repair"
        case .describe: "describe"
        case .runTimedOut: "run-timed-out"
        case .wake: "wake"
        }
    }
}

/// What happened to a node.
package enum NodeEvent: DomainEvent {
    /// For the first time, or again with the same key and other facts.
    case enrolled(NodeEnrolment, at: Timestamp)
    case revoked(NodeRevocation)
    /// A person lets it be patched.
    case approved(by: String, at: Timestamp)
    /// What it is called and tagged from then on, all of it, and its patch group.
    case labelled(NodeLabels, patchGroup: String, by: String, at: Timestamp)
    /// Two machines act as it.
    case cloned(NodeClash, at: Timestamp)
    /// Its host is about to use another key.
    case keyOffered(NodeKey)
    /// Its host uses the offered key; the former one is believed no more.
    case keyChanged(publicKey: String, at: Timestamp)
    /// A reboot was announced, judged, or found out about.
    case rebooted(NodeReboot, at: Timestamp)
    /// Something was repaired on its host, or could not be.
    case repaired(NodeRepair, at: Timestamp)
    /// Its host is another than it was, as far as its agent says.
    case described(NodeFacts, at: Timestamp)

    package var type: String {
        switch self {
        case .enrolled: "node.enrolled.v1"
        case .revoked: "node.revoked.v1"
        case .approved: "node.approved.v1"
        case .labelled: "node.labelled.v1"
        case .cloned: "node.cloned.v1"
        case .keyOffered: "node.key-offered.v1"
        case .keyChanged: "node.key-changed.v1"
        case .rebooted: "node.rebooted.v1"
        case .repaired: "node.repaired.v1"
        case .described: "node.described.v1"
        }
    }
}

/// A node's events ask for nothing.
package enum NodeEffect: Equatable, Sendable {}

/// Why a node's stream does not do what a message wants.
package enum NodeRefusal: DomainRefusal {
    case notEnrolled
    case otherKey(node: String)
    case revoked(node: String, reason: String)
    case keyTooSoon(node: String)
    case tooManyTags(node: String)
    case unfitPatchGroup(String)
    case twoPatchGroups(String, String)

    package var code: String {
        switch self {
        case .notEnrolled: "node-not-enrolled"
        case .otherKey: "node-has-another-key"
        case .revoked: "node-revoked"
        case .keyTooSoon: "node-key-too-soon"
        case .tooManyTags: "node-too-many-tags"
        case .unfitPatchGroup: "node-patch-group-unfit"
        case .twoPatchGroups: "node-two-patch-groups"
        }
    }

    package var detail: String {
        switch self {
        case .notEnrolled:
            "cannot decide on the node: it is not enrolled; check its id with `ringmaster node ls`"
        case .otherKey(let node):
            "cannot enrol \(node): it is enrolled with another key; enrol the host as a new node"
        case .revoked(let node, let reason):
            "cannot enrol \(node): it was revoked (\(reason)); enrol the host as a new node with a new key"
        case .keyTooSoon(let node):
            "cannot give \(node) another key: it offered one less than an hour ago; use that, or wait"
        case .tooManyTags(let node):
            "cannot tag \(node): it would have more than \(NodeLabels.mostTags) tags; remove some"
        case .unfitPatchGroup(let group):
            "cannot use the patch group \"\(group)\": it has 1 to \(RolloutName.maximumPatchGroup) letters of a to z, digits, "
                + "hyphens, dots or underscores"
        case .twoPatchGroups(let first, let second):
            "the tags \"Patch Group\" and \"PatchGroup\" say \(first) and \(second), and a node is in one patch group; give one of "
                + "them"
        }
    }
}
