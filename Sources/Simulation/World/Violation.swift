package import Time

/// An invariant that did not hold.
package struct Violation: Error, Equatable, Sendable, CustomStringConvertible {
    package var invariant: Invariant
    package var detail: String
    package var at: Timestamp

    package var description: String { "\(at) \(invariant.rawValue): \(detail)" }
}

/// What must always hold; each is checked by name after every step, or at the end.
package enum Invariant: String, CaseIterable, Sendable {
    case logVerifies = "the log verifies: positions without gaps, an unbroken chain"
    case answeredOnce = "a message is answered once"
    case toldIsDurable = "nobody hears of a decision that is not durable"
    case sameKeySameAnswer = "the same key gets the same answer"
    case acknowledgedIsKept = "what was acknowledged is not lost"
    case concurrencyHolds = "no more hosts are in flight than the rate control allows"
    case nothingStartsAfterHalt = "nothing starts after a halt, a pause or an abort"
    case haltsAtThreshold = "a rollout halts when its errors pass the threshold"
    case startsInWindow = "orders are given between the window's opening and its cutoff"
    case orderedOnce = "a target is ordered once"
    case oneOrderPerHost = "a host has one active order at most"
    case endsOnce = "a host run ends once and stays ended"
    case allAccounted = "targets are queued, in flight or ended, and nothing else"
    case planIsObeyed = "a rollout orders the frozen plan and nothing else"
    case rejectedStaysOut = "a rejected patch is not in a plan"
    case definitionIsPinned = "a cycle keeps the definition that it began with"
    case gateHolds = "a stage starts when the gate before it holds"
    case checksHold = "a gate is passed with a fresh pass of each check, but for those that a person waived"
    case answersAreTrue = "a check passes when the service was well as it was asked"
    case approvalBindsPlan = "an approval counts for the plan that it names"
    case approvalsAreOfPeople = "each approval is that of another person"
    case cycleEndsOnce = "a cycle that has ended stays ended"
    case lanesAreTrue = "a lane's outcome is that of its rollout"
    case windowIsTheRules = "a window opens when its rule says, in its site's zone"
    case installsInWindow = "no install and no reboot begins outside the window by the host's clock"
    case takenOnce = "an order is taken up once"
    case installedOnce = "one order installs a package once"
    case onlyOrdered = "a host changes what was ordered by a genuine order and nothing else"
    case rebootsAsAllowed = "a host reboots when its order allows it"
    case slotsHold = "no more reboot slots of a group are held than there are"
    case rebootsWithSlot = "a host whose order asks for a reboot slot reboots while it holds one"
    case successIsTrue = "what succeeded is installed"
    case resultIsOfOrder = "a result is of the order that it counts for"
    case rebootIsTrue = "a confirmed reboot took place"
    case foldIsState = "the fold of the events is the live state, and that of snapshot and tail"
    case readModelsAreState = "the read models are the fold of the events"
    case nothingSetAside = "no message is set aside that has not ended its engine twice"
    case everythingEnds = "everything ends"
    case worldGoesOn = "the world does not go in circles"
}
