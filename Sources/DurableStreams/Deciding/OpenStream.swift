import Time

/// One stream in memory: its fold, and the rules of its kind.
///
/// A reference type, so that a fold of many thousand hosts changes in place. Its owner alone uses it.
protocol OpenStream: AnyObject {
    /// How many events are folded.
    var version: Int64 { get }
    /// When it wants to be woken, by its fold.
    var wakeAt: Timestamp? { get }

    /// Starts from a snapshot instead of the initial state.
    ///
    /// - Throws: when the snapshot was written by code that this code does not understand: fold from the first event then.
    func restore(_ snapshot: Snapshot) throws

    /// Folds a commit that directly follows what is folded.
    func fold(_ commit: Commit) throws

    /// Decides and folds one message, or the wake-up when `message` is nil.
    func decide(_ message: Message?, _ context: DecisionContext) throws(DecisionFailure) -> Decision

    func snapshot() throws -> Snapshot
}

/// What one message led to.
struct Decision {
    var events: [RecordedEvent] = []
    var effects: [Effect] = []
}

/// Why a message led to nothing.
enum DecisionFailure: Error {
    case refused(Refusal)
    /// The message is at fault, or its decider is; the fold is unchanged.
    case poison(String)
    /// As ``poison``, but the fold has taken in some of its events and must be thrown away.
    case spoiled(String)
}
