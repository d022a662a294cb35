import Time

/// A flush that is decided and not yet known to be written.
struct PendingFlush {
    let number: Int
    var flush: Flush
    /// The messages and wake-ups that were decided for it.
    var decided: [MessageKey]
}

/// Collects what the decisions of one flush lead to.
struct FlushBuilder {
    let number: Int
    private let limits: OwnerLimits
    private(set) var rows = 0
    private(set) var bytes = 0
    private var shards: [Shard: ShardDraft] = [:]
    /// Streams that gained events, in the order of their first.
    private(set) var gained: [StreamSlot] = []
    /// What was decided.
    private(set) var decided: [MessageKey] = []

    init(number: Int, limits: OwnerLimits) {
        self.number = number
        self.limits = limits
    }

    var isFull: Bool { rows >= limits.flushRows || bytes >= limits.flushBytes }
    var isEmpty: Bool { shards.isEmpty }
    var dirtyShards: [Shard] { shards.keys.sorted() }

    // MARK: - Collecting

    mutating func claim(_ shard: Shard, at now: Timestamp) {
        shards[shard, default: ShardDraft(at: now)].isClaimed = true
        rows += 1
    }

    mutating func note(_ key: MessageKey) { decided.append(key) }

    /// Takes the events and effects of one decision.
    mutating func add(_ decision: Decision, of slot: StreamSlot, _ context: DecisionContext) {
        guard !decision.events.isEmpty else { return }
        if slot.draft == nil {
            slot.draft = CommitDraft(actor: context.actor, cause: context.messageID)
            gained.append(slot)
            rows += 1
        }
        var draft = shards.removeValue(forKey: slot.shard) ?? ShardDraft(at: context.now)
        let before = slot.draft?.events.count ?? 0
        for event in decision.events { slot.draft?.append(event, by: context.actor) }
        slot.version += Int64(decision.events.count)
        slot.lastFlush = number
        bytes += (slot.draft?.events.count ?? 0) - before
        rows += decision.effects.count
        for effect in decision.effects { bytes += draft.add(effect, of: slot.stream) }
        shards[slot.shard] = draft
    }

    /// Notes what became of a message.
    mutating func answer(
        _ waiting: WaitingMessage,
        _ outcome: ShardDraft.Outcome,
        of slot: StreamSlot,
        at now: Timestamp
    ) {
        rows += 1
        slot.lastFlush = number
        let message = waiting.message
        // What was refused or set aside is rare, and is better told from the store than decided again.
        let isKept = if case .accepted = outcome { !slot.repeatableKinds.contains(message.kind) } else { true }
        let draft = AnswerDraft(
            key: message.key,
            receivedAt: message.receivedAt,
            outcome: outcome,
            isInInbox: waiting.isInInbox,
            isKept: isKept
        )
        shards[slot.shard, default: ShardDraft(at: now)].answers.append(draft)
    }

    mutating func setAside(_ message: Message, _ error: String, of slot: StreamSlot, at now: Timestamp) {
        rows += 1
        bytes += message.body.utf8.count
        slot.lastFlush = number
        let setAside = SetAsideMessage(message: message, error: error, at: now)
        shards[slot.shard, default: ShardDraft(at: now)].setAside.append(setAside)
    }

    // MARK: - Sealing

    /// The shard's part, its commits numbered and chained behind `head`, which moves to the last.
    mutating func seal(_ shard: Shard, owner: inout OwnedShard, engine: String, streams: [StreamRow]) -> FlushPart {
        let draft = shards.removeValue(forKey: shard) ?? ShardDraft(at: owner.head.at)
        var part = FlushPart(shard: shard, predecessor: owner.head, at: draft.at)
        if draft.isClaimed {
            owner.engineVersion += 1
            owner.isClaimed = true
            part.append(ownership(of: shard, owner.engineVersion, engine: engine, at: draft.at), &owner.head)
        }
        var positions: [StreamID: Int64] = [:]
        for slot in gained where slot.shard == shard {
            guard let gain = slot.draft else { continue }
            slot.draft = nil
            part.append(commit(gain, of: slot, at: draft.at), &owner.head)
            positions[slot.stream] = owner.head.position
        }
        part.answers = draft.answers.map { $0.resolved(positions, otherwise: owner.head.position) }
        part.streams = streams
        part.orders = draft.orders.compactMap(\.self)
        part.retractions = draft.retractions
        part.withdrawals = draft.withdrawals
        part.tasks = draft.tasks
        part.messages = draft.messages
        part.setAside = draft.setAside
        return part
    }

    private func ownership(of shard: Shard, _ version: Int64, engine: String, at now: Timestamp) -> Commit {
        let data = "{\"owner\":\(JSONText.quoted(engine))}"
        var events: [UInt8] = []
        EventList.append(RecordedEvent(type: "engine.owner-changed.v1", data: data), by: nil, to: &events)
        return Commit(
            shard: shard,
            position: 0,
            stream: .engine(shard),
            version: version,
            events: String(decoding: events, as: UTF8.self) + "]",
            actor: "engine",
            cause: "lease",
            at: now,
            chain: []
        )
    }

    private func commit(_ gain: CommitDraft, of slot: StreamSlot, at now: Timestamp) -> Commit {
        Commit(
            shard: slot.shard,
            position: 0,
            stream: slot.stream,
            version: slot.version,
            events: String(decoding: gain.events, as: UTF8.self) + "]",
            actor: gain.actor,
            cause: gain.cause,
            at: now,
            chain: []
        )
    }
}

extension FlushPart {
    /// Appends a commit behind `head`, giving it its position and chain value.
    fileprivate mutating func append(_ commit: Commit, _ head: inout ChainHead) {
        var commit = commit
        commit.position = head.position + 1
        commit.chain = Chain.value(of: commit, after: head.chain)
        head = commit.head
        commits.append(commit)
    }
}
