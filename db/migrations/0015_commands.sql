-- Commands of SSM's API, each of which is a cycle: what lists of them are chosen by.
CREATE TABLE command (
    -- Without what its cycle's name has before it.
    id text PRIMARY KEY,
    site text NOT NULL,
    document text NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX command_by_site ON command (site, sent_at DESC, id DESC);

CREATE INDEX rollout_targets_by_cycle ON rollout_targets (cycle);
