-- What people call nodes and know them by, as SSM's API has it.
ALTER TABLE node
    -- The activation that the node was enrolled with last; null of nodes that were enrolled before this column was.
    ADD COLUMN activation text,
    -- Name, role and tags; null as above.
    ADD COLUMN labels json;
