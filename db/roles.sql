-- What the application may do. Run as the owner of the schema, after the migrations and after each new one:
--
--     psql -d ringmaster --single-transaction -f db/roles.sql
--     CREATE ROLE ringmaster_server LOGIN PASSWORD '…' IN ROLE ringmaster_application;
--
-- The owner runs the migrations; the server connects as a member of ringmaster_application, which can add to the log
-- but not change it.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ringmaster_application') THEN
        CREATE ROLE ringmaster_application NOLOGIN;
    END IF;
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ringmaster_application;
GRANT USAGE ON SCHEMA public TO ringmaster_application;

-- Everything may be read; reports need no more.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO ringmaster_application;

-- Written once.
GRANT INSERT ON commit, content, patch_seen, seal_key, settlement, advisory_version, advisory_import
    TO ringmaster_application;
-- Written once, until a person settles a message that was set aside.
GRANT INSERT, DELETE ON set_aside TO ringmaster_application;
GRANT INSERT, DELETE, UPDATE (code, detail) ON answer TO ringmaster_application;
-- Written and consumed.
GRANT INSERT, DELETE ON inbox, "order" TO ringmaster_application;
-- An order that is not wanted any more stays until its host has ended.
GRANT UPDATE (is_withdrawn) ON "order" TO ringmaster_application;
-- Rows of before get their seals once; a commit's is never changed.
GRANT UPDATE (seal) ON commit, inbox, set_aside TO ringmaster_application;
GRANT INSERT, UPDATE, DELETE ON stream, task, lease, engine TO ringmaster_application;
-- Nodes that rollouts hold: taken over when a lane is opened.
GRANT INSERT, UPDATE ON node_claim TO ringmaster_application;
-- When agents were last heard.
GRANT INSERT, UPDATE ON node_contact TO ringmaster_application;
-- What programs printed on hosts, for as long as it is kept.
GRANT INSERT, UPDATE, DELETE ON output TO ringmaster_application;
-- What others report of nodes, for as long as the node is there.
GRANT INSERT, UPDATE, DELETE ON custom_inventory, custom_compliance TO ringmaster_application;
-- Advisories as they stand now, and the bytes that they were last read from.
GRANT INSERT, UPDATE ON advisory TO ringmaster_application;
GRANT INSERT, UPDATE, DELETE ON known_exploited, exploit_probability TO ringmaster_application;
GRANT INSERT, DELETE ON feed_content TO ringmaster_application;
-- Read models: kept by the server, rebuilt from the log at any time.
GRANT INSERT, UPDATE, DELETE ON projection_cursor, projection_day, node, node_compliance, rollout_targets, cycle,
    compliance_day, compliance_place, install_day, latency_day, patch_release, node_patch_state, command
    TO ringmaster_application;
