-- What the hot path compresses most: lz4 takes a fraction of pglz's time, where this PostgreSQL was built with it.
DO $$
BEGIN
    ALTER TABLE commit ALTER COLUMN events SET COMPRESSION lz4;
    ALTER TABLE stream ALTER COLUMN snapshot SET COMPRESSION lz4;
    ALTER TABLE "order" ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE NOTICE 'this PostgreSQL has no lz4; compression stays as it is';
END
$$;
