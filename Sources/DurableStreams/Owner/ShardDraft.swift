import Time

/// What the decisions of one flush lead to in one shard, before it is numbered.
struct ShardDraft {
    enum Outcome {
        /// With the position of its stream's commit, which is not yet known.
        case accepted
        case answered(Answer)
    }

    /// The time of all its commits and messages.
    let at: Timestamp
    var isClaimed = false
    var answers: [AnswerDraft] = []
    /// nil where an order was retracted in the same flush.
    var orders: [StoredOrder?] = []
    private var orderPlaces: [OrderKey: Int] = [:]
    var retractions: [OrderKey] = []
    var withdrawals: [OrderKey] = []
    var tasks: [NewTask] = []
    var messages: [Message] = []
    var setAside: [SetAsideMessage] = []

    init(at: Timestamp) { self.at = at }

    /// Takes one effect.
    ///
    /// - Returns: about how many bytes it has.
    mutating func add(_ effect: Effect, of stream: StreamID) -> Int {
        switch effect {
        case .order(let id, let node, let body):
            orderPlaces[OrderKey(node: node, id: id)] = orders.count
            orders.append(StoredOrder(node: node, id: id, stream: stream, body: body, issuedAt: at))
            return body.utf8.count
        case .retractOrder(let id, let node):
            let key = OrderKey(node: node, id: id)
            if let place = orderPlaces.removeValue(forKey: key) {
                orders[place] = nil
            } else {
                retractions.append(key)
            }
            return 0
        case .withdrawOrder(let id, let node):
            let key = OrderKey(node: node, id: id)
            if let place = orderPlaces[key] {
                orders[place]?.isWithdrawn = true
            } else {
                withdrawals.append(key)
            }
            return 0
        case .task(let id, let kind, let body, let notBefore):
            tasks.append(NewTask(stream: stream, id: id, kind: kind, body: body, notBefore: notBefore))
            return body.utf8.count
        case .message(let id, let receiver, let kind, let body):
            let actor = "stream/\(stream)"
            messages.append(
                Message(id: id, stream: receiver, kind: kind, body: body, actor: actor, receivedAt: at)
            )
            return body.utf8.count
        }
    }
}

/// An answer whose position may not be known yet.
struct AnswerDraft {
    var key: MessageKey
    var receivedAt: Timestamp
    var outcome: ShardDraft.Outcome
    var isInInbox: Bool
    var isKept: Bool

    func resolved(_ positions: [StreamID: Int64], otherwise head: Int64) -> AnsweredMessage {
        let answer: Answer =
            switch outcome {
            case .accepted: .accepted(position: positions[key.stream] ?? head)
            case .answered(let answer): answer
            }
        return AnsweredMessage(
            key: key,
            receivedAt: receivedAt,
            answer: answer,
            isInInbox: isInInbox,
            isKept: isKept
        )
    }
}
