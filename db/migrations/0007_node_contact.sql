-- When a node's agent was last heard, to the hour, and how far its clock is off: the log has neither.
CREATE TABLE node_contact (
    node text PRIMARY KEY,
    heard_at timestamptz NOT NULL,
    -- How far it is ahead of the server's; 0 while it is near enough for its requests to be taken.
    clock_off_seconds integer NOT NULL
);
