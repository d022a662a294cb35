-- Seals: a row that engines and workers believe carries a code that only the servers' key makes.
--
-- The key is in no table. Rows of before get their seals once, when the key is made.

ALTER TABLE commit ADD COLUMN seal bytea;
ALTER TABLE inbox ADD COLUMN seal bytea;
ALTER TABLE set_aside ADD COLUMN seal bytea;
ALTER TABLE task ADD COLUMN seal bytea;
-- Of the snapshot alone.
ALTER TABLE stream ADD COLUMN snapshot_seal bytea;

-- Which key the database is sealed with, told by a value that gives nothing of it away.
CREATE TABLE seal_key (
    is_only boolean NOT NULL DEFAULT true CHECK (is_only),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    sealed_since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT seal_key_pkey PRIMARY KEY (is_only)
);

-- The log stays append-only, but for a seal that is missing.
DROP TRIGGER commit_is_append_only ON commit;
CREATE TRIGGER commit_is_append_only
    BEFORE UPDATE OF shard, position, stream, version, events, actor, cause, at, chain OR DELETE OR TRUNCATE ON commit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();
CREATE TRIGGER commit_is_sealed_once
    BEFORE UPDATE OF seal ON commit
    FOR EACH ROW WHEN (OLD.seal IS NOT NULL) EXECUTE FUNCTION refuse_change_of_log();
ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_append_only;
ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_sealed_once;
