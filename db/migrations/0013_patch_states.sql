-- What the patches of nodes come to, judged by the first question after a scan or an import of advisories: a row holds for as long as
-- all that it was judged by is what it was.
CREATE TABLE node_patch_state (
    node text NOT NULL,
    patch_group text NOT NULL,
    cycle text NOT NULL,
    inventory text NOT NULL,
    proved_at timestamptz NOT NULL,
    -- The last import of advisories; 0 before the first.
    advisories bigint NOT NULL,
    -- NULL where there was nothing to judge by.
    state json,
    CONSTRAINT node_patch_state_pkey PRIMARY KEY (node)
);
