-- What vendors publish of vulnerabilities and their fixes, and what was imported of it, when and by whom.

-- Every version of every advisory, under the SHA-256 of its bytes: an edited advisory is a new version.
CREATE TABLE advisory_version (
    source text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    -- json, not jsonb: the digest is that of these bytes.
    body json NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT advisory_version_pkey PRIMARY KEY (source, id, digest)
);

-- The current version of each, with what it is looked up by.
CREATE TABLE advisory (
    source text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    title text NOT NULL,
    classification text NOT NULL,
    -- Empty where it stands in the vendor's records of the CVEs.
    severity_word text NOT NULL,
    -- 1970 where the vendor gives no date.
    released_at timestamptz NOT NULL,
    is_withdrawn boolean NOT NULL,
    fix_count integer NOT NULL,
    cves text[] COLLATE "C" NOT NULL,
    -- The names of what it fixes, source packages among them, for any product.
    packages text[] COLLATE "C" NOT NULL,
    CONSTRAINT advisory_pkey PRIMARY KEY (source, id)
);

CREATE INDEX advisory_id ON advisory (id);
CREATE INDEX advisory_released_at ON advisory (released_at, source, id);
CREATE INDEX advisory_cves ON advisory USING gin (cves);
CREATE INDEX advisory_packages ON advisory USING gin (packages);

-- CISA's catalogue and FIRST's estimates as they stand; import is the number of the last import that had the entry.
CREATE TABLE known_exploited (
    cve text COLLATE "C" NOT NULL,
    body json NOT NULL,
    import bigint NOT NULL,
    CONSTRAINT known_exploited_pkey PRIMARY KEY (cve)
);

CREATE TABLE exploit_probability (
    cve text COLLATE "C" NOT NULL,
    body json NOT NULL,
    import bigint NOT NULL,
    CONSTRAINT exploit_probability_pkey PRIMARY KEY (cve)
) WITH (fillfactor = 50);

-- The imports that brought anything, of all feeds.
CREATE TABLE advisory_import (
    number bigint NOT NULL CHECK (number > 0),
    feed text COLLATE "C" NOT NULL,
    sha256 text NOT NULL,
    byte_count bigint NOT NULL,
    format text NOT NULL,
    url text,
    etag text,
    entry_count integer NOT NULL,
    new_count integer NOT NULL,
    changed_count integer NOT NULL,
    malformed_count integer NOT NULL,
    -- The first of the malformed entries, with place and reason.
    malformed json NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT advisory_import_pkey PRIMARY KEY (number)
);

CREATE INDEX advisory_import_feed ON advisory_import (feed, number);

-- The bytes of the last imports of each feed as they came, in chunks of 1 MiB.
CREATE TABLE feed_content (
    sha256 text NOT NULL,
    chunk integer NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT feed_content_pkey PRIMARY KEY (sha256, chunk)
);

DO $$
BEGIN
    ALTER TABLE advisory_version ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE feed_content ALTER COLUMN bytes SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE NOTICE 'this PostgreSQL has no lz4; compression stays as it is';
END
$$;
