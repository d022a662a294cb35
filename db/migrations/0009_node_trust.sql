-- How far a node is trusted beside its key.
ALTER TABLE node
    -- It waits for a person's approval, and is only scanned.
    ADD COLUMN is_pending boolean NOT NULL DEFAULT false,
    -- Two machines act as it: it gets no orders.
    ADD COLUMN is_cloned boolean NOT NULL DEFAULT false;
