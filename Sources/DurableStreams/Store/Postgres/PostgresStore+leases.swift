import Postgres

extension PostgresStore {
    private static let beginSQL = SQL(
        "engine_begin",
        """
        WITH former AS (
            SELECT suspect_stream, suspect_id, killer_stream, killer_id FROM engine WHERE id = $1
        ), started AS (
            INSERT INTO engine AS e (id, until, started_at, deaths) VALUES ($1, now(), now(), 0)
            ON CONFLICT (id) DO UPDATE SET
                started_at = excluded.started_at,
                deaths = e.deaths + 1,
                killer_stream = e.suspect_stream,
                killer_id = e.suspect_id,
                suspect_stream = NULL,
                suspect_id = NULL
            RETURNING deaths
        )
        SELECT s.deaths, f.suspect_stream, f.suspect_id
        FROM started s
        LEFT JOIN former f ON f.suspect_stream = f.killer_stream AND f.suspect_id = f.killer_id
        """
    )

    package func begin(engine: String) async throws(StoreError) -> EngineStart {
        let starts = try await rows(Self.beginSQL(.text(engine))) { row throws(PostgresError) in
            var start = EngineStart(deaths: try row.get(0), suspect: nil)
            if let stream = try row.get(1, as: String?.self) {
                start.suspect = MessageKey(stream: StreamID(stream), id: try row.get(2))
            }
            return start
        }
        return starts.first ?? EngineStart(deaths: 0, suspect: nil)
    }

    private static let noteSuspectSQL = SQL(
        "engine_note_suspect",
        "UPDATE engine SET suspect_stream = $2, suspect_id = $3 WHERE id = $1"
    )

    package func note(suspect: MessageKey?, of engine: String) async throws(StoreError) {
        _ = try await query(
            Self.noteSuspectSQL(.text(engine), .text(suspect?.stream.rawValue), .text(suspect?.id))
        )
    }

    private static let showEngineSQL = SQL(
        "engine_show_life",
        """
        WITH former AS (SELECT until FROM engine WHERE id = $1)
        INSERT INTO engine AS e (id, until, started_at, deaths)
        VALUES ($1, now() + $2 * interval '1 microsecond', now(), 0)
        ON CONFLICT (id) DO UPDATE SET
            until = excluded.until,
            deaths = CASE WHEN e.started_at < now() - interval '1 minute' THEN 0 ELSE e.deaths END
        RETURNING (SELECT until FROM former)
        """
    )

    private static let forgetEnginesSQL = SQL(
        "engine_forget_dead",
        "DELETE FROM engine WHERE until < now() - interval '1 hour'"
    )

    private static let renewSQL = SQL(
        "engine_renew_leases",
        "UPDATE lease SET until = now() + $2 * interval '1 microsecond' WHERE owner = $1 RETURNING shard"
    )

    private static let countEnginesSQL = SQL(
        "engine_count_living",
        "SELECT count(*), now() FROM engine WHERE until > now()"
    )

    package func renewLeases(of engine: String, for duration: Duration) async throws(StoreError) -> LeaseView {
        let answers = try await batch([
            Self.showEngineSQL(.text(engine), .microseconds(duration)),
            Self.forgetEnginesSQL(),
            Self.renewSQL(.text(engine), .microseconds(duration)),
            Self.countEnginesSQL(),
        ])
        let held = try decoded(answers[2]) { row throws(PostgresError) in Shard(try row.get(0)) }
        do throws(PostgresError) {
            let row = try answers[3].one()
            return LeaseView(
                held: held.sorted(),
                engines: try row.get(0),
                now: try row.get(1),
                knownUntil: try answers[0].one().get(0)
            )
        } catch {
            throw StoreError(error)
        }
    }

    private static let acquireSQL = SQL(
        "engine_acquire_leases",
        """
        INSERT INTO lease (shard, owner, until)
        SELECT s.shard, $1, now() + $2 * interval '1 microsecond'
        FROM generate_series(0, 255) AS s (shard)
        LEFT JOIN lease l ON l.shard = s.shard
        WHERE l.shard IS NULL OR l.until < now()
        ORDER BY s.shard
        LIMIT $3
        ON CONFLICT (shard) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE lease.until < now()
        RETURNING shard
        """
    )

    package func acquireLeases(
        for engine: String,
        limit: Int,
        duration: Duration
    ) async throws(StoreError) -> [Shard] {
        let statement = Self.acquireSQL(.text(engine), .microseconds(duration), .int64(Int64(limit)))
        return try await rows(statement) { row throws(PostgresError) in Shard(try row.get(0)) }.sorted()
    }

    private static let countLeasesSQL = SQL(
        "engine_count_leases",
        """
        SELECT
            (SELECT count(*) FROM engine WHERE until > now()),
            256 - (SELECT count(*) FROM lease WHERE until >= now())
        """
    )

    package func leaseCounts() async throws(StoreError) -> LeaseCounts {
        let answer = try await query(Self.countLeasesSQL())
        do throws(PostgresError) {
            let row = try answer.one()
            return LeaseCounts(engines: try row.get(0), freeShards: try row.get(1))
        } catch {
            throw StoreError(error)
        }
    }

    private static let releaseSQL = SQL(
        "engine_release_leases",
        "DELETE FROM lease WHERE owner = $1 AND shard = ANY ($2::int2[])"
    )

    package func releaseLeases(of engine: String, _ shards: [Shard]) async throws(StoreError) {
        _ = try await query(Self.releaseSQL(.text(engine), .shards(shards)))
    }

    private static let releaseAllSQL = SQL("engine_release_all_leases", "DELETE FROM lease WHERE owner = $1")
    private static let retireSQL = SQL("engine_retire", "DELETE FROM engine WHERE id = $1")

    package func retire(engine: String) async throws(StoreError) {
        _ = try await batch([Self.releaseAllSQL(.text(engine)), Self.retireSQL(.text(engine))])
    }
}
