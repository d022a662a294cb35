-- The engine's tables: the log, and what is kept beside it.
--
-- shard is the first column of every key, so that the tables can be distributed by it. There are no sequences, foreign
-- keys or triggers on the hot path. Names sort by bytes (COLLATE "C"): faster than a language's order, and never
-- changed by an upgrade of the system's locales.

-- All events that one stream gained in one flush. The primary key and the chain are the fence between owners.
CREATE TABLE commit (
    shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 255),
    position bigint NOT NULL CHECK (position > 0),
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    -- json, not jsonb: the bytes are part of the hash chain and stay as they were written.
    events json NOT NULL,
    actor text NOT NULL,
    cause text NOT NULL,
    at timestamptz NOT NULL,
    chain bytea NOT NULL CHECK (octet_length(chain) = 32),
    CONSTRAINT commit_pkey PRIMARY KEY (shard, position)
) WITH (
    -- Insert-only: nothing to clean up, but freeze early and in small steps.
    autovacuum_vacuum_insert_scale_factor = 0.05
);

-- Reads one stream; unique as a second line of defence against an owner with a stale fold.
CREATE UNIQUE INDEX commit_stream_version ON commit (shard, stream, version);

CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % of table % is refused', lower(tg_op), tg_table_name
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Inserts do not fire it. ALWAYS: session_replication_role = replica does not switch it off.
CREATE TRIGGER commit_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON commit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();
ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_append_only;

-- What waits to be decided, oldest first. The key has no meaning of its own: a message that is sent twice may stand here
-- twice, and is told by its answer.
CREATE TABLE inbox (
    shard smallint NOT NULL,
    received_at timestamptz NOT NULL,
    stream text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    -- text, not json: a body that is not JSON must reach its decider, which sets it aside.
    body text NOT NULL,
    actor text NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (shard, received_at, stream, id)
) WITH (
    -- Every row is deleted soon; vacuum by number, not by share, and without pauses.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 10
);

-- What became of each message, for ever: the same id gets the same answer.
CREATE TABLE answer (
    shard smallint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    -- Accepted: the commit's position. Refused: code and detail. Set aside: detail alone.
    position bigint,
    code text,
    detail text,
    at timestamptz NOT NULL,
    CONSTRAINT answer_pkey PRIMARY KEY (shard, stream, id),
    CONSTRAINT answer_has_one_outcome CHECK (
        CASE WHEN position IS NULL THEN detail IS NOT NULL ELSE code IS NULL AND detail IS NULL END
    )
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

-- Where to load a stream from, and when to wake it. wake_at is never later than the stream wishes.
CREATE TABLE stream (
    shard smallint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    wake_at timestamptz,
    snapshot text,
    snapshot_version bigint,
    CONSTRAINT stream_pkey PRIMARY KEY (shard, stream),
    CONSTRAINT stream_snapshot_is_whole CHECK ((snapshot IS NULL) = (snapshot_version IS NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX stream_wake ON stream (shard) WHERE wake_at IS NOT NULL;
CREATE INDEX stream_kind ON stream (kind, stream);

-- What nodes fetch, oldest first; the shard is the node's. An order is there until it is retracted.
CREATE TABLE "order" (
    shard smallint NOT NULL,
    node text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    body text NOT NULL,
    issued_at timestamptz NOT NULL,
    -- Its place among the orders of one flush.
    ordinal integer NOT NULL,
    CONSTRAINT order_pkey PRIMARY KEY (shard, node, id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- What workers claim; the shard is the stream's.
CREATE TABLE task (
    shard smallint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    body text NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    -- When it may be claimed: not before its time, the end of a claim, or the next attempt.
    due_at timestamptz NOT NULL,
    -- Who claimed it: one that is started again gives its claims back.
    worker text,
    error text,
    -- Given up; kept for people to see.
    dead_at timestamptz,
    CONSTRAINT task_pkey PRIMARY KEY (shard, stream, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

CREATE INDEX task_due ON task (due_at) WHERE dead_at IS NULL;

-- Messages that could not be decided, with the error.
CREATE TABLE set_aside (
    shard smallint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    actor text NOT NULL,
    received_at timestamptz NOT NULL,
    error text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT set_aside_pkey PRIMARY KEY (shard, stream, id)
);

CREATE INDEX set_aside_at ON set_aside (at);

-- Who should own each shard. It avoids duels; the log decides them.
CREATE TABLE lease (
    shard smallint NOT NULL,
    owner text NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT lease_pkey PRIMARY KEY (shard)
) WITH (fillfactor = 50);

-- The engines that live, so that each takes its share of the shards.
CREATE TABLE engine (
    id text NOT NULL,
    until timestamptz NOT NULL,
    -- When it was started, and how often in a row it was started again after an end that came soon and was no retirement.
    started_at timestamptz NOT NULL,
    deaths integer NOT NULL,
    -- What it is about to decide, noted only after several such ends: a message that kills its engine is told by this.
    suspect_stream text,
    suspect_id text,
    -- What that was when it ended last.
    killer_stream text,
    killer_id text,
    CONSTRAINT engine_pkey PRIMARY KEY (id),
    CONSTRAINT engine_suspect_is_whole CHECK ((suspect_stream IS NULL) = (suspect_id IS NULL))
) WITH (fillfactor = 50);
