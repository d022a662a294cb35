-- What pages and lists of a large fleet are chosen by and counted from, beside each other in few rows.

ALTER TABLE node SET (fillfactor = 80);

ALTER TABLE node
    -- A part of it is what people look for.
    ADD COLUMN lower_name text GENERATED ALWAYS AS (lower(name)) STORED,
    -- What node_compliance says of the node, copied with each change of either row: whoever asks which nodes are how looks at this table
    -- alone. The state is null where nothing is proved.
    ADD COLUMN proved_state text CHECK (proved_state IN ('COMPLIANT', 'NON_COMPLIANT')),
    ADD COLUMN scanned_at timestamptz,
    ADD COLUMN lacks_critical boolean NOT NULL DEFAULT false,
    ADD COLUMN waits_for_reboot boolean NOT NULL DEFAULT false,
    -- Of the last scan; empty where there is none.
    ADD COLUMN inventory text NOT NULL DEFAULT '';

UPDATE node
SET proved_state = CASE WHEN c.unknown_reason IS NULL AND c.scanned_at IS NOT NULL AND c.state <> 'UNKNOWN' THEN c.state END,
    scanned_at = c.scanned_at, lacks_critical = c.critical_missing > 0,
    waits_for_reboot = c.reboot_reasons::text <> '[]', inventory = coalesce(c.inventory, '')
FROM node_compliance c
WHERE c.node = node.id;

-- Nodes that are alike follow each other.
CREATE INDEX node_by_inventory ON node (inventory, id);

-- Where there is a series of compliance, and the last day of it.
CREATE TABLE compliance_place (
    site text NOT NULL,
    patch_group text NOT NULL,
    baseline text NOT NULL,
    last_day integer NOT NULL,
    CONSTRAINT compliance_place_pkey PRIMARY KEY (site, patch_group, baseline)
);

INSERT INTO compliance_place
SELECT site, patch_group, baseline, max(day) FROM compliance_day GROUP BY site, patch_group, baseline;

-- How many days what was installed on a day had been published for, summed from install_day and patch_release; a day that is not here
-- is summed with the next install or import.
CREATE TABLE latency_day (
    day integer NOT NULL,
    ring text NOT NULL,
    -- Null where nobody knows.
    days integer,
    nodes bigint NOT NULL
);
CREATE INDEX latency_day_by_day ON latency_day (day);

INSERT INTO latency_day
SELECT i.day, split_part(i.patch_group, '-', -1),
    -- NULL would count as nothing for greatest().
    CASE
        WHEN p.released_at IS NOT NULL THEN greatest(0, i.day - floor(extract(epoch FROM p.released_at) / 86400)::integer)
    END,
    sum(i.nodes)
FROM install_day i
LEFT JOIN patch_release p USING (name, architecture, version)
GROUP BY 1, 2, 3;
