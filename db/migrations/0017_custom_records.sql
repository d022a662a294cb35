-- What others report of nodes beside what these prove themselves: no read models, for the log has nothing of them. They go with the
-- node, and only so much is kept of each (decision 0036).
CREATE TABLE custom_inventory (
    node text NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version text NOT NULL,
    -- As it was given.
    captured_at text NOT NULL,
    hash text,
    -- The names that any of the entries has, sorted.
    attributes json NOT NULL,
    entries json NOT NULL,
    bytes integer NOT NULL,
    CONSTRAINT custom_inventory_pkey PRIMARY KEY (node, type)
);

CREATE TABLE custom_compliance (
    node text NOT NULL,
    type text COLLATE "C" NOT NULL,
    executed_at timestamptz NOT NULL,
    execution_id text,
    execution_type text,
    hash text,
    -- How many items are, and are not, by level.
    compliant json NOT NULL,
    non_compliant json NOT NULL,
    items json NOT NULL,
    bytes integer NOT NULL,
    CONSTRAINT custom_compliance_pkey PRIMARY KEY (node, type)
);
