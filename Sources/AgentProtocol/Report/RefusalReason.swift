/// Why an agent refuses an order.
package enum RefusalReason: String, Codable, Sendable, CaseIterable {
    case badSignature = "bad-signature"
    case malformed
    case unknownVersion = "unknown-version"
    case otherNode = "other-node"
    case expired
    /// It was given before another that the agent has taken, and is not one that it knows.
    case replayed
    case windowNotOpen = "window-not-open"
    case pastCutoff = "past-cutoff"
    /// The package manager would do something other than what was ordered: a removal, another version.
    case notAsPlanned = "not-as-planned"
    /// The host's owner lets nothing change it at this time of the week.
    case businessHours = "business-hours"
    /// The host's owner lets nothing change it on this day.
    case freeze
    /// The host's clock is too far from the control plane's for any window to hold by it.
    case clock
    /// The control plane did not want it any more when it was fetched.
    case withdrawn
    /// What the host's owner allows cannot be read: then nothing is.
    case hostLimits = "host-limits"
}
