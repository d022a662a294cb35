-- When a host of the fleet was first offered a version: what an approval's delay may count from.
CREATE TABLE patch_seen (
    name text COLLATE "C" NOT NULL,
    architecture text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    first_seen_at timestamptz NOT NULL,
    CONSTRAINT patch_seen_pkey PRIMARY KEY (name, architecture, version)
);
