/// A deliberate mistake, put into a world to see that its checks find it.
///
/// The raw value is its name on the command line.
package enum Defect: String, CaseIterable, Sendable {
    /// The store looks at the predecessor's position, not at its chain value.
    case fenceByPosition = "fence-by-position"
    /// The store decides a message again that has its answer.
    case noDeduplication = "no-deduplication"
    /// An engine takes an unknown outcome for success.
    case unknownIsSuccess = "unknown-is-success"
    /// An engine takes an unknown outcome for failure, and does not read the log.
    case unknownIsFailure = "unknown-is-failure"
    /// The API says that a report is stored before it is.
    case acknowledgesEarly = "acknowledges-early"
    case thresholdOffByOne = "threshold-off-by-one"
    case concurrencyOffByOne = "concurrency-off-by-one"
    case rolloutIgnoresCutoff = "rollout-ignores-cutoff"
    case rolloutIgnoresPause = "rollout-ignores-pause"
    /// A late report opens a host run that had ended.
    case endedRunReopens = "ended-run-reopens"
    case approvalUnbound = "approval-unbound"
    case approvalCountsTwice = "approval-counts-twice"
    case soakIgnored = "soak-ignored"
    /// Any last answer of a check counts as a fresh pass.
    case checksIgnored = "checks-ignored"
    case agentIgnoresCutoff = "agent-ignores-cutoff"
    /// An agent that was killed begins with an empty memory.
    case journalNotFolded = "journal-not-folded"
    /// An agent goes on before its journal is on the disk.
    case journalNotSynchronised = "journal-not-synchronised"
    /// An agent takes any boot for the one after its reboot.
    case bootNotCompared = "boot-not-compared"
    case signatureIgnored = "signature-ignored"
    /// An agent works on whatever machine its disk is in.
    case cloneNotRefused = "clone-not-refused"
    /// An engine goes on with what it knows of a log that was brought back to an earlier moment.
    case restoreUnnoticed = "restore-unnoticed"
    /// The orders of two openings of a lane have the same ids.
    case openingsNotTold = "openings-not-told"
    /// The read models miss some commits.
    case projectionSkips = "projection-skips"
    /// The API says that a report is stored when its own engine has it, and does not wait for the decision.
    case directAcknowledgesEarly = "direct-acknowledges-early"
    /// An engine sets a message aside for which it ended once.
    case blamesAtOnce = "blames-at-once"
    /// A group gives out one reboot slot more than it has.
    case slotsOffByOne = "slots-off-by-one"
}
