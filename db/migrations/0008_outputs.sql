-- What package managers and hooks printed on hosts, compressed by gzip. The log has the end of it; this is for a person who
-- looks for more. The newest of each node are kept, for ninety days.
CREATE TABLE output (
    node text NOT NULL,
    order_id text NOT NULL,
    name text NOT NULL,
    -- SHA-256 of the body, lower-case hexadecimal.
    digest text NOT NULL,
    body bytea NOT NULL,
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (node, order_id, name)
);

-- It is compressed already.
ALTER TABLE output ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE INDEX output_by_age ON output (stored_at);
