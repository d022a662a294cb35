import DequeModule
package import Time

/// The owner of some shards: decides the messages to their streams, and says what to write.
///
/// A machine without I/O, clock or concurrency. Its driver reads and writes the store for it:
///
/// 1. ``acquired(_:tenures:wakes:)`` for each shard it is to own;
/// 2. ``beginRead()``, then ``receive(_:isComplete:)`` with what the inboxes hold; ``handOver(_:)`` spares reads;
/// 3. ``streamsToLoad(limit:)``, then ``loaded(_:for:)`` for each;
/// 4. ``nextFlush(at:)``, then ``flushed(_:)`` with what became of it.
///
/// Decisions of a flush stand on those of the flushes before it, written or not. What is not written after all is
/// forgotten with its shard, which is then acquired anew.
package struct Owner: ~Copyable {
    /// The engine's name in the ownership commits.
    let engine: String
    let types: [String: StreamType]
    let limits: OwnerLimits

    var shards: [Shard: OwnedShard] = [:]
    var slots: [StreamID: StreamSlot] = [:]
    /// Open streams that have work, in the order of their turns.
    var line = Deque<StreamID>()
    var wakes = WakeQueue()
    var wanted = Deque<StreamID>()
    /// Some shard's inbox is not read to its end.
    private var hasFallenBehind = false
    var nextTicket = 0

    /// Messages that wait here or are in a flush that is not yet written.
    var known: Set<MessageKey> = []
    var answeredLately = AnsweredLately()
    var queued = 0

    /// Flushes that are decided and not yet written; the first is sent when ``isFlushing``.
    var flushes = Deque<PendingFlush>()
    var isFlushing = false
    var flushNumber = 0
    /// Messages and wake-ups whose decisions the store cannot hold, with its error.
    var condemned: [MessageKey: String] = [:]
    /// How often in a row the wake-ups of a stream were condemned.
    var faultyWakes: [StreamID: Int] = [:]
    /// How many flushes carry one message only, to find the one that the store cannot hold.
    var cautiousFlushes = 0
    var notices: [OwnerNotice] = []
    /// How late the latest of the streams was that were woken, since it was last asked for.
    var wakeLag: Duration?

    package init(engine: String, types: [StreamType], limits: OwnerLimits = OwnerLimits()) {
        self.engine = engine
        self.types = Dictionary(types.map { ($0.kind, $0) }) { _, last in last }
        self.limits = limits
    }

    /// Sorted.
    package private(set) var ownedShards: [Shard] = []

    /// Streams whose messages are not taken for now, because their events cannot be folded.
    package internal(set) var unreadable: Set<StreamID> = []

    /// How many more messages it takes.
    package var room: Int { max(0, limits.queuedMessages - queued) }

    /// How many messages wait here to be decided.
    package var backlog: Int { queued }

    /// The fold of a stream that is in memory, decisions that are not yet written included; nil when it is not, or not to be
    /// trusted.
    package func live(_ stream: StreamID) throws -> Snapshot? {
        guard let slot = slots[stream], slot.phase == .open else { return nil }
        return try slot.fold.snapshot()
    }

    /// The last commit of an owned shard, with those that are not yet written.
    package func head(of shard: Shard) -> ChainHead? { shards[shard]?.head }

    /// When a stream is due next, as far as known.
    package mutating func nextWake() -> Timestamp? { wakes.earliest() }

    /// What the next flush decides first: a message or, by its id, a wake-up; nil when nothing waits.
    package func nextDecision() -> MessageKey? {
        for stream in line {
            guard let slot = slots[stream], slot.phase == .open, slot.hasWork else { continue }
            return slot.isWakeDue ? slot.wakeKey : slot.waiting.first?.key
        }
        return nil
    }

    /// Sets the message or wake-up aside when it comes up, instead of deciding it.
    package mutating func condemn(_ key: MessageKey, _ error: String) { condemned[key] = error }

    /// Puts one decision into each flush, or as many as fit.
    package mutating func decideSingly(_ isOn: Bool) { cautiousFlushes = isOn ? .max : 0 }

    /// What an operator should know of, since the last call.
    package mutating func takeNotices() -> [OwnerNotice] {
        defer { notices = [] }
        return notices
    }

    /// How late the latest of the streams was that were woken since the last call; nil when none was.
    package mutating func takeWakeLag() -> Duration? { wakeLag.take() }

    // MARK: - Shards

    /// Takes a shard, whose log ends at `head`; its next flush begins with the ownership commit.
    ///
    /// - Parameters:
    ///   - tenure: the number of events of the shard's stream `engine/SHARD`.
    ///   - wakes: the streams of the shard that are to be woken.
    package mutating func acquired(_ head: ChainHead, tenure: Int64, wakes stored: [StoredWake]) {
        drop(head.shard)
        shards[head.shard] = OwnedShard(head: head, engineVersion: tenure)
        hasFallenBehind = true
        ownedShards.insert(head.shard, at: ownedShards.firstIndex { $0 > head.shard } ?? ownedShards.count)
        for wake in stored { wakes.set(wake.stream, wake.at) }
    }

    /// Gives a shard up; what is decided of it and not sent is forgotten.
    ///
    /// - Precondition: no flush is under way.
    package mutating func lost(_ shard: Shard) {
        precondition(!isFlushing, "a shard is given up between flushes")
        condemned = condemned.filter { $0.key.stream.shard != shard }
        drop(shard)
    }

    /// Forgets all of a shard but what is in the flush under way.
    mutating func drop(_ shard: Shard) {
        guard shards.removeValue(forKey: shard) != nil else { return }
        ownedShards.removeAll { $0 == shard }
        for slot in slots.values where slot.shard == shard {
            known.subtract(slot.waiting.map(\.key))
            queued -= slot.waiting.count
            slots[slot.stream] = nil
        }
        unreadable = unreadable.filter { $0.shard != shard }
        wakes.drop(shard)
        for index in flushes.indices.reversed() {
            for part in flushes[index].flush.parts where part.shard == shard { known.subtract(part.answers.map(\.key)) }
            flushes[index].flush.parts.removeAll { $0.shard == shard }
            if flushes[index].flush.parts.isEmpty { flushes.remove(at: index) }
        }
    }

    // MARK: - Messages

    /// The inboxes are about to be read, one read at a time.
    package mutating func beginRead() { answeredLately.isReading = true }

    /// Takes what a read found; messages that are here already or belong to others' shards are passed over.
    ///
    /// - Parameter isComplete: the read found all there was.
    /// - Returns: how many are new.
    @discardableResult
    package mutating func receive(_ messages: [Message], isComplete: Bool) -> Int {
        answeredLately.isReading = false
        if isComplete, hasFallenBehind {
            for shard in shards.keys { shards[shard]?.isCaughtUp = true }
            hasFallenBehind = false
        }
        return messages.reduce(0) { $0 + (accept($1) ? 1 : 0) }
    }

    /// Takes messages straight from their senders, after they have become durable and without an answer.
    ///
    /// Those to shards whose inboxes are not read to their ends are passed over: a read finds them, behind older ones.
    package mutating func handOver(_ messages: [Message]) {
        for message in messages where shards[message.stream.shard]?.isCaughtUp == true { accept(message) }
    }

    /// Shards whose inboxes are read to their ends: their messages may be taken by ``take(_:)``.
    package var acceptingShards: Set<Shard> { Set(shards.lazy.filter(\.value.isCaughtUp).map(\.key)) }

    /// Takes messages that stand in no inbox: they are durable once they are decided and written.
    ///
    /// - Returns: those that are not taken, and must be put into their inboxes.
    package mutating func take(_ messages: [Message]) -> [MessageKey] {
        messages.compactMap { message in
            let isAccepting = shards[message.stream.shard]?.isCaughtUp == true
            // One that is here already gets its answer with the other.
            let isTaken = isAccepting && (accept(message, isInInbox: false) || known.contains(message.key))
            return isTaken ? nil : message.key
        }
    }

    /// Messages were durable in the inbox that nobody has handed over: nothing is taken before they are read.
    package mutating func fallBehind() {
        for shard in shards.keys { shards[shard]?.isCaughtUp = false }
        hasFallenBehind = true
    }

    // MARK: - Time

    /// Marks the streams whose time has come, and asks for those that are not in memory.
    package mutating func tick(_ now: Timestamp) {
        while let stream = wakes.next(at: now) {
            guard shards[stream.shard] != nil else { continue }
            let slot = slot(of: stream)
            if case .unreadable = slot.phase {
                unreadable.remove(stream)
                want(slot, fromFirstEvent: false)
            }
            guard slot.phase == .open else { continue }
            slot.isWakeDue = true
            enqueue(slot)
        }
    }

    // MARK: - Steps

    @discardableResult
    private mutating func accept(_ message: Message, isInInbox: Bool = true) -> Bool {
        let key = message.key
        guard shards[message.stream.shard] != nil, !unreadable.contains(message.stream),
            !answeredLately.contains(key), known.insert(key).inserted
        else { return false }
        let slot = slot(of: message.stream)
        slot.waiting.append(WaitingMessage(message: message, isInInbox: isInInbox))
        queued += 1
        enqueue(slot)
        return true
    }

    func open(_ stream: StreamID) -> any OpenStream {
        types[stream.kind]?.open(stream) ?? UnknownKindStream(id: stream)
    }

    private mutating func slot(of stream: StreamID) -> StreamSlot {
        if let slot = slots[stream] { return slot }
        let type = types[stream.kind]
        let slot = StreamSlot(
            stream,
            fold: open(stream),
            repeatableKinds: type?.repeatableKinds ?? [],
            phase: type == nil ? .open : .wanted(fromFirstEvent: false)
        )
        slots[stream] = slot
        if type != nil { wanted.append(stream) }
        return slot
    }

    mutating func want(_ slot: StreamSlot, fromFirstEvent: Bool) {
        slot.phase = .wanted(fromFirstEvent: fromFirstEvent)
        wanted.append(slot.stream)
    }

    /// Puts the stream in line if it is open and has work.
    mutating func enqueue(_ slot: StreamSlot) {
        guard slot.phase == .open, slot.hasWork, !slot.isInLine else { return }
        slot.isInLine = true
        line.append(slot.stream)
    }
}

/// What happened inside an owner that people should know of.
package enum OwnerNotice: Equatable, Sendable {
    /// The stream's events cannot be folded; its messages wait in the inbox until they can.
    case unreadable(StreamID, error: String)
    /// The stream wants to be woken but does nothing then: its decider contradicts itself.
    case idleWake(StreamID)
    /// The fold could not be written as a snapshot; the stream is read from its events.
    case noSnapshot(StreamID, error: String)
}
