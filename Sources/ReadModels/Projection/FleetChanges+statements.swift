import Domain
import PatchStreams
import Postgres
import Time

extension FleetChanges {
    /// One statement a table, with arrays.
    ///
    /// - Parameter proofs: of ``endings``, sorted by node.
    func statements(proofs: [Proof], cycleRows: [CycleSummary], commandRows: [CommandRow]) throws -> [Statement] {
        var statements: [Statement] = []
        if !enrolled.isEmpty { statements.append(try nodeStatement) }
        if !labels.isEmpty { statements.append(try labelStatement) }
        if !revoked.isEmpty {
            // Behind the first, which waits for whoever reports something of a node.
            for statement in [Self.revokeNodes, Self.deleteInventory, Self.deleteCompliance] {
                statements.append(statement(.texts(revoked.sorted())))
            }
        }
        if !approved.isEmpty { statements.append(Self.approveNodes(.texts(approved.sorted()))) }
        if !cloned.isEmpty { statements.append(Self.markClones(.texts(cloned.sorted()))) }
        if !keys.isEmpty {
            let rows = keys.sorted { $0.key < $1.key }
            statements.append(Self.changeKeys(.texts(rows.map(\.key)), .texts(rows.map(\.value))))
        }
        if !described.isEmpty { statements.append(descriptionStatement) }
        for spec in targets.values.sorted(by: { $0.rollout < $1.rollout }) {
            let parameters: [Parameter] = [
                .text(spec.rollout), .text(spec.cycle), .text(spec.patchGroup), .bool(spec.installs),
                .texts(spec.targets),
            ]
            statements.append(Statement(Self.insertTargets, parameters))
        }
        if !proofs.isEmpty { statements.append(try Self.statement(of: proofs)) }
        let proved = Set(proofs.map(\.node)).union(enrolled.keys)
        if !proved.isEmpty { statements.append(NodeProofs.copy(of: proved.sorted())) }
        if !installs.isEmpty {
            statements += [installStatement, DailySeries.forgetLatency(of: installs.keys.map(\.day))]
        }
        for row in cycleRows {
            let parameters: [Parameter] = [
                .text(row.id), .text(row.workflow), .text(row.state), .text(row.stage), .timestamp(row.startedAt),
                .timestamp(row.endedAt), .text(row.planDigest),
            ]
            statements.append(Statement(Self.upsertCycle, parameters))
        }
        for row in commandRows {
            let parameters: [Parameter] = [
                .text(row.id), .text(row.site), .text(row.document), .timestamp(row.sentAt),
            ]
            statements.append(Statement(Self.insertCommand, parameters))
        }
        return statements
    }

    // MARK: - Steps

    private var nodeStatement: Statement {
        get throws {
            let rows = enrolled.values.sorted { $0.enrolment.node < $1.enrolment.node }
            let text = { (value: (NodeEnrolment) -> String) in Parameter.texts(rows.map { value($0.enrolment) }) }
            return Statement(
                Self.upsertNodes,
                [
                    text(\.node), text(\.facts.hostname), text(\.site), text(\.patchGroup), text(\.facts.platform),
                    text(\.facts.platformVersion), text(\.facts.architecture), text(\.facts.agentVersion),
                    text(\.publicKey), .timestamps(rows.map(\.at)),
                    .bools(rows.map { $0.enrolment.requiresApproval == true }), text(\.activation),
                    try Self.jsons(rows.map(\.enrolment.labels)),
                ]
            )
        }
    }

    private var labelStatement: Statement {
        get throws {
            let rows = labels.sorted { $0.key < $1.key }
            return Statement(
                Self.updateLabels,
                [
                    .texts(rows.map(\.key)), .texts(rows.map(\.value.patchGroup)),
                    try Self.jsons(rows.map(\.value.labels)),
                ]
            )
        }
    }

    private static func jsons(_ labels: [NodeLabels?]) throws -> Parameter {
        .jsons(try labels.map { try $0.map { try DomainJSON.encode($0) } })
    }

    private var descriptionStatement: Statement {
        let rows = described.sorted { $0.key < $1.key }
        let text = { (value: (NodeFacts) -> String) in Parameter.texts(rows.map { value($0.value) }) }
        return Statement(
            Self.describeNodes,
            [
                .texts(rows.map(\.key)), text(\.hostname), text(\.platform), text(\.platformVersion),
                text(\.architecture), text(\.agentVersion),
            ]
        )
    }

    private var installStatement: Statement {
        let rows = installs.sorted { $0.key < $1.key }
        return Statement(
            Self.addInstalls,
            [
                .int32s(rows.map { Int32(clamping: $0.key.day) }), .texts(rows.map(\.key.patchGroup)),
                .texts(rows.map(\.key.patch.name)), .texts(rows.map(\.key.patch.architecture)),
                .texts(rows.map(\.key.patch.version)), .int32s(rows.map { Int32(clamping: $0.value) }),
            ]
        )
    }

    private static func statement(of rows: [Proof]) throws -> Statement {
        Statement(
            upsertProofs,
            [
                .texts(rows.map(\.node)), .texts(rows.map(\.cycle)), .texts(rows.map(\.verdict.state.rawValue)),
                .texts(rows.map(\.verdict.baseline)), .texts(rows.map(\.inventory)), .timestamps(rows.map(\.at)),
                .int32s(rows.map { Int32($0.verdict.criticalMissing) }),
                .jsons(try rows.map { try DomainJSON.encode($0.verdict.missing) }),
                .int32s(rows.map { Int32($0.verdict.updates) }),
                .int32s(rows.map { Int32($0.verdict.securityUpdates) }),
                .jsons(try rows.map { try DomainJSON.encode($0.verdict.rebootReasons) }),
                .texts(rows.map(\.verdict.unknownReason?.rawValue)), .timestamps(rows.map(\.scannedAt)),
            ]
        )
    }

    // MARK: - SQL

    /// An enrolment is heard, too; in the order in which contacts are written, so that neither waits for the other in a circle.
    private static let upsertNodes = SQL(
        "node_upsert",
        """
        WITH heard AS (
            INSERT INTO node_contact (node, heard_at, clock_off_seconds)
            SELECT r.node, r.enrolled_at, 0 FROM unnest($1::text[], $10::timestamptz[]) AS r (node, enrolled_at)
            ORDER BY 1
            ON CONFLICT (node) DO NOTHING
        )
        INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version,
            public_key, enrolled_at, is_pending, activation, labels, is_revoked)
        SELECT r.*, false
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::timestamptz[], $11::boolean[], $12::text[], $13::json[]) AS r
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, site = excluded.site, patch_group = excluded.patch_group,
            platform = excluded.platform, platform_version = excluded.platform_version,
            architecture = excluded.architecture, agent_version = excluded.agent_version,
            is_pending = excluded.is_pending, activation = excluded.activation, labels = excluded.labels
        """
    )

    private static let updateLabels = SQL(
        "node_label",
        """
        UPDATE node SET patch_group = r.patch_group, labels = r.labels
        FROM unnest($1::text[], $2::text[], $3::json[]) AS r (id, patch_group, labels)
        WHERE node.id = r.id
        """
    )

    private static let revokeNodes = SQL("node_revoke", "UPDATE node SET is_revoked = true WHERE id = ANY ($1)")

    private static let deleteInventory = SQL(
        "custom_inventory_delete",
        "DELETE FROM custom_inventory WHERE node = ANY ($1)"
    )

    private static let deleteCompliance = SQL(
        "custom_compliance_delete",
        "DELETE FROM custom_compliance WHERE node = ANY ($1)"
    )

    private static let approveNodes = SQL("node_approve", "UPDATE node SET is_pending = false WHERE id = ANY ($1)")

    private static let markClones = SQL("node_clone", "UPDATE node SET is_cloned = true WHERE id = ANY ($1)")

    private static let changeKeys = SQL(
        "node_change_key",
        """
        UPDATE node SET public_key = r.public_key
        FROM unnest($1::text[], $2::text[]) AS r (id, public_key)
        WHERE node.id = r.id
        """
    )

    private static let describeNodes = SQL(
        "node_describe",
        """
        UPDATE node SET name = r.name, platform = r.platform, platform_version = r.platform_version,
            architecture = r.architecture, agent_version = r.agent_version
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS r (id, name, platform, platform_version, architecture, agent_version)
        WHERE node.id = r.id
        """
    )

    private static let insertTargets = SQL(
        "rollout_targets_insert",
        """
        INSERT INTO rollout_targets (rollout, cycle, patch_group, installs, nodes)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (rollout) DO NOTHING
        """
    )

    /// Shards are read in no order, so that an older proof may come after a newer one.
    private static let upsertProofs = SQL(
        "node_compliance_upsert",
        """
        INSERT INTO node_compliance (node, cycle, state, baseline, inventory, proved_at, critical_missing, missing, updates,
            security_updates, reboot_reasons, unknown_reason, scanned_at)
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::integer[],
            $8::json[], $9::integer[], $10::integer[], $11::json[], $12::text[], $13::timestamptz[]) AS r
        ON CONFLICT (node) DO UPDATE
        SET cycle = excluded.cycle, state = excluded.state, unknown_reason = excluded.unknown_reason,
            baseline = excluded.baseline,
            scanned_at = greatest(excluded.scanned_at, node_compliance.scanned_at),
            inventory = excluded.inventory, proved_at = excluded.proved_at,
            critical_missing = excluded.critical_missing, missing = excluded.missing, updates = excluded.updates,
            security_updates = excluded.security_updates, reboot_reasons = excluded.reboot_reasons
        WHERE excluded.proved_at >= node_compliance.proved_at
        """
    )

    private static let addInstalls = SQL(
        "install_day_add",
        """
        INSERT INTO install_day AS i (day, patch_group, name, architecture, version, nodes)
        SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[]) AS r
        ON CONFLICT (day, patch_group, name, architecture, version) DO UPDATE SET nodes = i.nodes + excluded.nodes
        """
    )

    private static let upsertCycle = SQL(
        "cycle_upsert",
        """
        INSERT INTO cycle (id, workflow, state, stage, started_at, ended_at, plan_digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE
        SET state = excluded.state, stage = excluded.stage, ended_at = excluded.ended_at,
            plan_digest = excluded.plan_digest
        """
    )

    private static let insertCommand = SQL(
        "command_insert",
        "INSERT INTO command (id, site, document, sent_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING"
    )
}
