-- How the fleet stood at the end of each day, and what was installed: small sums that charts are drawn of.

-- A page of the fleet is by name.
CREATE INDEX node_by_name ON node (name, id);

-- The day (UTC, counted from 1970-01-01) that a projection is in: all before it are closed.
CREATE TABLE projection_day (
    projection text NOT NULL,
    open_day integer NOT NULL,
    CONSTRAINT projection_day_pkey PRIMARY KEY (projection)
);

CREATE TABLE compliance_day (
    day integer NOT NULL,
    site text NOT NULL,
    patch_group text NOT NULL,
    -- Empty for nodes that no baseline has judged.
    baseline text NOT NULL,
    state text NOT NULL CHECK (state IN ('COMPLIANT', 'NON_COMPLIANT', 'UNKNOWN')),
    nodes integer NOT NULL,
    CONSTRAINT compliance_day_pkey PRIMARY KEY (day, site, patch_group, baseline, state)
);

-- On how many nodes a version was installed.
CREATE TABLE install_day (
    day integer NOT NULL,
    patch_group text NOT NULL,
    name text NOT NULL,
    architecture text NOT NULL,
    version text NOT NULL,
    nodes integer NOT NULL,
    CONSTRAINT install_day_pkey PRIMARY KEY (day, patch_group, name, architecture, version)
);

-- When the newest fix of a version was published, as far as advisories tell.
CREATE TABLE patch_release (
    name text NOT NULL,
    architecture text NOT NULL,
    version text NOT NULL,
    released_at timestamptz NOT NULL,
    CONSTRAINT patch_release_pkey PRIMARY KEY (name, architecture, version)
);
