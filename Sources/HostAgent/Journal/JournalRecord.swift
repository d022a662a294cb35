package import AgentProtocol
package import Time

/// One line of the agent's journal.
package struct JournalRecord: Codable, Equatable, Sendable {
    package var at: Timestamp
    package var entry: JournalEntry

    package init(at: Timestamp, _ entry: JournalEntry) {
        self.at = at
        self.entry = entry
    }
}

/// What the agent remembers.
package enum JournalEntry: Codable, Equatable, Sendable {
    /// An order passed the checks; its run begins.
    case taken(Order)
    /// Something happened in the run of the order under way.
    case run(HostRunEvent)
    /// A report outside a run: an order refused at the door, or the stored end of a repeated one.
    ///
    /// A binding one is remembered as the order's end: it will not be done later either.
    case queued(Report, isBinding: Bool)
    /// The agent was started in this boot, which is another than the last one that it knew.
    case booted(BootFacts)
    /// The control plane has so many of the boot reports that wait, the oldest.
    case bootsAcknowledged(Int)
    /// The control plane has this report and all before it of the same order.
    case acknowledged(order: String, sequence: Int)
    /// A finished order's terminal report, kept when the journal is compacted.
    ///
    /// With the last of them: when the newest order was given. An agent of before passes over that.
    case finished(Report, newest: Timestamp? = nil)
}
