import Time

/// The seals of the rows that engines and workers believe.
extension SealKey {
    // MARK: - Commits

    /// The digest of the commit's content, then the code of its place: a head is checked without its events.
    func seal(of commit: Commit) -> [UInt8] {
        let digest = Chain.digest(of: commit)
        return digest + code(of: Self.fields(of: commit.head, digest))
    }

    func isSealed(_ commit: Commit, by seal: [UInt8]?) -> Bool {
        guard let seal, isSealed(commit.head, by: seal) else { return false }
        return seal.starts(with: Chain.digest(of: commit))
    }

    /// Whether a row with this place and chain value was written by one who has the key; at this time; its other columns are not looked at.
    func isSealed(_ head: ChainHead, by seal: [UInt8]?) -> Bool {
        guard let seal, seal.count == 2 * Self.length else { return false }
        return isCode(seal.dropFirst(Self.length), of: Self.fields(of: head, Array(seal.prefix(Self.length))))
    }

    private static func fields(of head: ChainHead, _ digest: [UInt8]) -> SealedFields {
        // The time, too: that of the next commit is never before it.
        let place: [SealedFields.Field] = [
            .number(Int64(head.shard.rawValue)), .number(head.position), .number(head.at.microseconds),
        ]
        return SealedFields("commit", place + [.bytes(head.chain), .bytes(digest)])
    }

    // MARK: - Snapshots

    func seal(of snapshot: Snapshot, of stream: StreamID) -> [UInt8] { code(of: Self.fields(of: snapshot, stream)) }

    func isSealed(_ snapshot: Snapshot, of stream: StreamID, by seal: [UInt8]?) -> Bool {
        seal.map { isCode($0, of: Self.fields(of: snapshot, stream)) } ?? false
    }

    private static func fields(of snapshot: Snapshot, _ stream: StreamID) -> SealedFields {
        SealedFields("stream", [.text(stream.rawValue), .number(snapshot.version), .text(snapshot.state)])
    }

    // MARK: - Messages

    /// The same in the inbox and where it is set aside: whoever retries a message moves its seal.
    func seal(of message: Message) -> [UInt8] { code(of: Self.fields(of: message)) }

    func isSealed(_ message: Message, by seal: [UInt8]?) -> Bool {
        seal.map { isCode($0, of: Self.fields(of: message)) } ?? false
    }

    private static func fields(of message: Message) -> SealedFields {
        let texts = [message.stream.rawValue, message.id, message.kind, message.body, message.actor]
        return SealedFields("inbox", texts.map { .text($0) } + [.number(message.receivedAt.microseconds)])
    }

    // MARK: - Tasks

    /// Of what is to be done; who does it and when is not covered.
    func seal(ofTask id: String, of stream: StreamID, kind: String, body: String) -> [UInt8] {
        code(of: Self.fields(ofTask: id, of: stream, kind, body))
    }

    func isSealed(_ task: ClaimedTask, by seal: [UInt8]?) -> Bool {
        seal.map { isCode($0, of: Self.fields(ofTask: task.id, of: task.stream, task.kind, task.body)) } ?? false
    }

    private static func fields(ofTask id: String, of stream: StreamID, _ kind: String, _ body: String) -> SealedFields {
        SealedFields("task", [stream.rawValue, id, kind, body].map { .text($0) })
    }
}
