import Time

/// The messages that were answered in the last seconds.
///
/// Whoever found one in the inbox before it was consumed may bring it only now; it must not be decided again. The
/// store would refuse that, but at the price of starting over.
struct AnsweredLately {
    /// Longer than a message is on its way from the inbox to the owner.
    private static let generation = Duration.seconds(5)

    private var current: Set<MessageKey> = []
    private var previous: Set<MessageKey> = []
    private var end = Moment()
    /// A read is under way: what was answered since it began is kept however long it takes.
    var isReading = false

    func contains(_ key: MessageKey) -> Bool { current.contains(key) || previous.contains(key) }

    mutating func insert(_ key: MessageKey) { current.insert(key) }

    mutating func forgetOld(_ now: Timestamp) {
        guard !isReading, end.hasCome(now) else { return }
        previous = current
        current = []
        end = Moment(now, after: Self.generation)
    }
}
