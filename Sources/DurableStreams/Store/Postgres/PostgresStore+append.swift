import Postgres
import Time

extension PostgresStore {
    @discardableResult
    package func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey> {
        let parts = flush.parts
        let messages = parts.flatMap(\.messages)
        var statements = [appendCommits(parts), guardHeads(parts), consume(parts), answer(parts), writeStreams(parts)]
        statements += [withdraw(parts), retract(parts), issue(parts), addTasks(parts), setAside(parts)]
        statements.append(insertMessages(messages))
        let answers = try await batch(statements.compactMap(\.self))
        guard !messages.isEmpty, let leftOut = answers.last else { return [] }
        return try keys(of: leftOut, among: messages)
    }

    // MARK: - The log

    /// Appends behind the predecessors, or refuses the whole flush.
    ///
    /// The first commit of each shard takes its position from its predecessor, which must be as the owner knows it: if
    /// it is not, the position is NULL. If somebody was faster, the key is taken.
    private static let appendCommitsSQL = SQL(
        "engine_append_commits",
        """
        INSERT INTO commit (shard, position, stream, version, events, actor, cause, at, chain, seal)
        SELECT
            c.shard,
            CASE
                WHEN c.predecessor IS NULL THEN c.position
                ELSE (
                    SELECT p.position + 1
                    FROM commit p
                    WHERE p.shard = c.shard AND p.position = c.position - 1 AND p.chain = c.predecessor
                )
            END,
            c.stream, c.version, c.events, c.actor, c.cause, c.at, c.chain, c.seal
        FROM unnest(
            $1::int2[], $2::int8[], $3::bytea[], $4::text[], $5::int8[], $6::json[], $7::text[], $8::text[],
            $9::timestamptz[], $10::bytea[], $11::bytea[]
        ) AS c (shard, position, predecessor, stream, version, events, actor, cause, at, chain, seal)
        """
    )

    private func appendCommits(_ parts: [FlushPart]) -> Statement? {
        let commits = parts.flatMap(\.commits)
        guard !commits.isEmpty else { return nil }
        let predecessors = parts.flatMap { part in
            part.commits.indices.map { index -> [UInt8]? in
                index == 0 && part.predecessor.position > 0 ? part.predecessor.chain : nil
            }
        }
        return Self.appendCommitsSQL(
            .shards(commits.map(\.shard)),
            .int64s(commits.map(\.position)),
            .byteas(predecessors),
            .streams(commits.map(\.stream)),
            .int64s(commits.map(\.version)),
            .jsons(commits.map(\.events)),
            .texts(commits.map(\.actor)),
            .texts(commits.map(\.cause)),
            .timestamps(commits.map(\.at)),
            .byteas(commits.map(\.chain)),
            seals(commits) { $0.seal(of: $1) }
        )
    }

    /// Fences the shards that gain no commit: their last must still be the one that their answers were decided on.
    ///
    /// SQL has no assertion, so the statement divides by zero when it is not.
    private static let guardHeadsSQL = SQL(
        "engine_guard_heads",
        """
        SELECT 1 / CASE
            WHEN bool_and(
                NOT EXISTS (SELECT FROM commit n WHERE n.shard = h.shard AND n.position = h.position + 1)
                AND (
                    h.position = 0
                    OR EXISTS (
                        SELECT FROM commit p
                        WHERE p.shard = h.shard AND p.position = h.position AND p.chain = h.chain
                    )
                )
            ) THEN 1
            ELSE 0
        END
        FROM unnest($1::int2[], $2::int8[], $3::bytea[]) AS h (shard, position, chain)
        """
    )

    private func guardHeads(_ parts: [FlushPart]) -> Statement? {
        let heads = parts.filter(\.commits.isEmpty).map(\.predecessor)
        guard !heads.isEmpty else { return nil }
        return Self.guardHeadsSQL(
            .shards(heads.map(\.shard)),
            .int64s(heads.map(\.position)),
            .byteas(heads.map(\.chain))
        )
    }

    private static let writeStreamsSQL = SQL(
        "engine_write_streams",
        """
        INSERT INTO stream AS s (shard, stream, kind, version, wake_at, snapshot, snapshot_version, snapshot_seal)
        SELECT *
        FROM unnest(
            $1::int2[], $2::text[], $3::text[], $4::int8[], $5::timestamptz[], $6::text[], $7::int8[], $8::bytea[]
        )
        ON CONFLICT (shard, stream) DO UPDATE SET
            version = excluded.version,
            wake_at = excluded.wake_at,
            snapshot = coalesce(excluded.snapshot, s.snapshot),
            snapshot_version = coalesce(excluded.snapshot_version, s.snapshot_version),
            snapshot_seal = coalesce(excluded.snapshot_seal, s.snapshot_seal)
        """
    )

    private func writeStreams(_ parts: [FlushPart]) -> Statement? {
        let rows = parts.flatMap(\.streams)
        guard !rows.isEmpty else { return nil }
        return Self.writeStreamsSQL(
            .shards(rows.map(\.stream.shard)),
            .streams(rows.map(\.stream)),
            .texts(rows.map(\.stream.kind)),
            .int64s(rows.map(\.version)),
            .timestamps(rows.map(\.wakeAt)),
            .texts(rows.map { $0.snapshot?.state }),
            .int64s(rows.map { $0.snapshot?.version }),
            seals(rows) { key, row in row.snapshot.map { key.seal(of: $0, of: row.stream) } }
        )
    }

    // MARK: - Messages

    private static let consumeSQL = SQL(
        "engine_consume_inbox",
        """
        DELETE FROM inbox i
        USING unnest($1::int2[], $2::timestamptz[], $3::text[], $4::text[]) AS k (shard, received_at, stream, id)
        WHERE i.shard = k.shard AND i.received_at = k.received_at AND i.stream = k.stream AND i.id = k.id
        """
    )

    private func consume(_ parts: [FlushPart]) -> Statement? {
        let answers = parts.flatMap(\.answers).filter(\.isInInbox)
        return Self.consume(answers.map(\.key), receivedAt: answers.map(\.receivedAt))
    }

    /// Removes messages from the inbox by their whole keys, which the index finds.
    static func consume(_ keys: [MessageKey], receivedAt times: [Timestamp]) -> Statement? {
        guard !keys.isEmpty else { return nil }
        return consumeSQL(
            .shards(keys.map(\.stream.shard)),
            .timestamps(times),
            .streams(keys.map(\.stream)),
            .texts(keys.map(\.id))
        )
    }

    /// No ON CONFLICT: a message that was answered before must not be decided again, so the whole flush is refused.
    private static let answerSQL = SQL(
        "engine_answer",
        """
        INSERT INTO answer (shard, stream, id, position, code, detail, at)
        SELECT shard, stream, id, position, code, detail, $7
        FROM unnest($1::int2[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::text[])
            AS a (shard, stream, id, position, code, detail)
        """
    )

    private func answer(_ parts: [FlushPart]) -> Statement? {
        let answers = parts.flatMap(\.answers).filter(\.isKept)
        guard !answers.isEmpty else { return nil }
        let columns = answers.map { AnswerColumns($0.answer) }
        return Self.answerSQL(
            .shards(answers.map(\.key.stream.shard)),
            .streams(answers.map(\.key.stream)),
            .texts(answers.map(\.key.id)),
            .int64s(columns.map(\.position)),
            .texts(columns.map(\.code)),
            .texts(columns.map(\.detail)),
            .timestamp(parts.lazy.map(\.at).max())
        )
    }

    private static let setAsideSQL = SQL(
        "engine_set_aside",
        """
        INSERT INTO set_aside (shard, stream, id, kind, body, actor, received_at, error, at, seal)
        SELECT *
        FROM unnest(
            $1::int2[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
            $9::timestamptz[], $10::bytea[]
        )
        ON CONFLICT DO NOTHING
        """
    )

    private func setAside(_ parts: [FlushPart]) -> Statement? {
        let rows = parts.flatMap(\.setAside)
        guard !rows.isEmpty else { return nil }
        return Self.setAsideSQL(
            .shards(rows.map(\.message.stream.shard)),
            .streams(rows.map(\.message.stream)),
            .texts(rows.map(\.message.id)),
            .texts(rows.map(\.message.kind)),
            .texts(rows.map(\.message.body)),
            .texts(rows.map(\.message.actor)),
            .timestamps(rows.map(\.message.receivedAt)),
            .texts(rows.map(\.error)),
            .timestamps(rows.map(\.at)),
            seals(rows.map(\.message)) { $0.seal(of: $1) }
        )
    }
}
