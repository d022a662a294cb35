-- Read models: rebuilt from the log at any time, but for content and node_claim. None of them is asked when something is decided.

-- Immutable content under its SHA-256: inventories, plans, reports.
CREATE TABLE content (
    digest text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('inventory', 'plan', 'report')),
    body text NOT NULL,
    stored_at timestamptz NOT NULL
);

-- How far a projection has read each shard; written in the transaction that writes what was read.
CREATE TABLE projection_cursor (
    projection text NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (projection, shard)
);

CREATE TABLE node (
    id text PRIMARY KEY,
    name text NOT NULL,
    site text NOT NULL,
    patch_group text NOT NULL,
    platform text NOT NULL,
    platform_version text NOT NULL,
    architecture text NOT NULL,
    agent_version text NOT NULL,
    public_key text NOT NULL,
    enrolled_at timestamptz NOT NULL,
    is_revoked boolean NOT NULL
);

-- What the last proof of a node says. Apart from node, since the two are written from different shards in any order.
CREATE TABLE node_compliance (
    node text PRIMARY KEY,
    cycle text NOT NULL,
    state text NOT NULL CHECK (state IN ('COMPLIANT', 'NON_COMPLIANT', 'UNKNOWN')),
    -- Set with the state UNKNOWN.
    unknown_reason text,
    baseline text,
    inventory text,
    -- When the last run ended that proved something, or by its failure unproved it.
    proved_at timestamptz NOT NULL,
    -- When the last inventory was taken.
    scanned_at timestamptz,
    critical_missing integer NOT NULL,
    missing json NOT NULL,
    updates integer NOT NULL,
    security_updates integer NOT NULL,
    reboot_reasons json NOT NULL
);

-- What is needed to read a rollout's facts: its targets in order, and where their baseline is found.
CREATE TABLE rollout_targets (
    rollout text PRIMARY KEY,
    cycle text NOT NULL,
    patch_group text NOT NULL,
    installs boolean NOT NULL,
    nodes text[] NOT NULL
);

-- Which rollout may order which node: no read model, but asked by workers when they open lanes. What rollouts hold that have
-- ended is void.
CREATE TABLE node_claim (
    node text PRIMARY KEY,
    rollout text NOT NULL
);

CREATE TABLE cycle (
    id text PRIMARY KEY,
    workflow text NOT NULL,
    state text NOT NULL,
    stage text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    plan_digest text
);
CREATE INDEX cycle_started_at ON cycle (started_at DESC);
