import ControlPlaneTestSupport
import Domain
import Postgres
import Testing
import Time

@testable import ReadModels

/// What lists and counts are chosen by is what nodes and their proofs are.
@Suite("Lists and counts of the fleet", .timeLimit(.minutes(10)))
struct FleetListTests {
    private static let nodes = 300

    @Test("Every filter finds and counts the nodes that it describes, page by page, and the whole fleet's tally agrees")
    func filters() async throws {
        try await withControlPlane { controlPlane in
            let (questions, now) = (controlPlane.questions, controlPlane.clock.now)
            try await fill(controlPlane, seed: .random(in: 0..<1_000_000))
            let all = try await questions.nodes()
            #expect(all.count == Self.nodes)
            let tally = try await questions.tally()
            for filter in Self.filters {
                let expected = all.filter { fits($0, filter, at: now) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                let found = try await everyPage(of: filter, questions)
                #expect(found.map(\.id) == expected.map(\.id), "\(filter)")
                let counts = try await questions.counts(filter)
                #expect(counts == self.counts(expected), "\(filter)")
                #expect(tally.counts(filter) ?? counts == counts, "\(filter)")
            }
        }
    }

    @Test("An enrolment is heard: whoever was not heard since is silent a day later, and not before")
    func enrolment() async throws {
        try await withControlPlane { controlPlane in
            let questions = controlPlane.questions
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            let nodes = try await questions.nodes()
            #expect(nodes.count == 2 && nodes.allSatisfy { $0.lastHeardAt == $0.enrolledAt })
            let silent = FleetFilter(concern: .silent)
            #expect(try await questions.nodes(silent, after: nil, limit: 10).isEmpty)
            controlPlane.clock.skip(.seconds(86_400 + 3_600))
            let found = try await questions.nodes(silent, after: nil, limit: 10)
            #expect(found.map(\.id).sorted() == nodes.map(\.id).sorted())
            #expect(try await questions.counts(silent).map(\.nodes).reduce(0, +) == 2)
        }
    }

    @Test("What a server of the former version writes of proofs is copied when the day ends")
    func formerVersion() async throws {
        try await withControlPlane { controlPlane in
            let questions = controlPlane.questions
            try await fill(controlPlane, seed: .random(in: 0..<1_000_000))
            let compliant = FleetFilter(compliance: "COMPLIANT")
            let before = try await questions.counts(compliant)
            try await write(controlPlane, "UPDATE node_compliance SET unknown_reason = 'no-indexes', state = 'UNKNOWN'")
            #expect(try await questions.counts(compliant) == before && !before.isEmpty)
            try await write(controlPlane, "DELETE FROM node_contact")
            try await write(controlPlane, "UPDATE node SET enrolled_at = '2020-01-01'")
            let silent = FleetFilter(concern: .silent)
            #expect(try await questions.counts(silent).isEmpty)
            let closing = DailySeries.statements(opening: 20_001, after: 20_000, of: "another")
            _ = try await controlPlane.client.batch(closing)
            #expect(try await questions.counts(compliant).isEmpty)
            #expect(try await !questions.counts(silent).isEmpty, "and who has no contact gets one")
            let choices = try await questions.seriesChoices(days: 400)
            #expect(choices.sites.isEmpty, "the day that was closed is too long ago")
            try await write(controlPlane, "UPDATE compliance_place SET last_day = \(controlPlane.clock.now.day)")
            #expect(try await questions.seriesChoices(days: 30).sites == ["s0", "s1", "s2"])
        }
    }

    @Test("Nodes of an inventory follow each other in what is judged, those without one first")
    func inventories() async throws {
        try await withControlPlane { controlPlane in
            let questions = controlPlane.questions
            try await fill(controlPlane, seed: .random(in: 0..<1_000_000))
            let rows = try await controlPlane.client.query(
                .unprepared(
                    """
                    SELECT n.id FROM node n LEFT JOIN node_compliance c ON c.node = n.id
                    WHERE NOT n.is_revoked ORDER BY coalesce(c.inventory, ''), n.id
                    """
                )
            )
            var (found, after) = ([String](), String?.none)
            repeat {
                let page = try await questions.findings(by: AdvisoryIndex([]), after: after, limit: 70) { _ in }
                found += page.nodes.map(\.place.node)
                after = page.next
            } while after != nil
            #expect(try found == rows.column(0, as: String.self))
        }
    }

    // MARK: - Steps

    private static var filters: [FleetFilter] {
        let texts: [String?] = [nil, "HOST-1", "MI-000", "é", "%", "nobody"]
        let places: [(String?, String?, String?)] = [
            (nil, nil, nil), ("s1", nil, nil), (nil, "A-early", nil), (nil, nil, "debian"), ("s2", "B-main", "windows"),
        ]
        let states: [String?] = [nil, "COMPLIANT", "NON_COMPLIANT", "UNKNOWN"]
        let concerns: [FleetFilter.Concern?] = [nil] + FleetFilter.Concern.allCases
        var filters: [FleetFilter] = []
        for (row, text) in texts.enumerated() {
            for (column, concern) in concerns.enumerated() {
                for (depth, state) in states.enumerated() {
                    let (site, group, platform) = places[(row + column + depth) % places.count]
                    filters.append(
                        FleetFilter(
                            text: text,
                            site: site,
                            patchGroup: group,
                            platform: platform,
                            compliance: state,
                            concern: concern
                        )
                    )
                }
            }
        }
        return filters
    }

    private func fits(_ node: NodeView, _ filter: FleetFilter, at now: Timestamp) -> Bool {
        let text = filter.text?.lowercased() ?? ""
        guard text.isEmpty || node.name.lowercased().contains(text) || node.id.contains(text),
            node.site == filter.site ?? node.site, node.patchGroup == filter.patchGroup ?? node.patchGroup,
            node.platform == filter.platform ?? node.platform,
            node.compliance == filter.compliance ?? node.compliance, node.isRevoked == (filter.concern == .revoked)
        else { return false }
        switch filter.concern {
        case nil, .revoked: return true
        case .staleScan: return node.lastScanAt.map { now > $0 + .seconds(48 * 3_600) } ?? true
        case .silent: return max(node.lastHeardAt ?? node.enrolledAt, node.enrolledAt) < now - .seconds(86_400)
        case .waitsForReboot: return !node.rebootReasons.isEmpty
        case .lacksCritical: return node.criticalMissing > 0
        case .waitsForApproval: return node.isPending
        case .cloned: return node.isCloned
        }
    }

    private func counts(_ nodes: [NodeView]) -> [FleetCount] {
        Dictionary(grouping: nodes) { [$0.site, $0.patchGroup, $0.platform, $0.compliance] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map {
                FleetCount(
                    site: $0.key[0],
                    patchGroup: $0.key[1],
                    platform: $0.key[2],
                    compliance: $0.key[3],
                    nodes: $0.value.count
                )
            }
    }

    private func everyPage(of filter: FleetFilter, _ questions: FleetQuestions) async throws -> [NodeView] {
        var nodes: [NodeView] = []
        while true {
            let page = try await questions.nodes(filter, after: nodes.last?.id, limit: 40)
            nodes += page
            guard page.count == 40 else { return nodes }
        }
    }

    private func write(_ controlPlane: TestControlPlane, _ sql: String) async throws {
        _ = try await controlPlane.client.query(.unprepared(sql))
    }

    /// - Parameter seed: of all that is thrown for; a failure shows it, with the name of each node.
    private func fill(_ controlPlane: TestControlPlane, seed: Int) async throws {
        let now = "to_timestamp(\(controlPlane.clock.now.microseconds)::float8 / 1000000)"
        let id = "'mi-' || lpad(to_hex(i), 17, '0')"
        let fleet = "generate_series(1, \(Self.nodes)) AS i"
        func dice(_ name: String, _ sides: Int) -> String { "abs(hashtext('\(seed)\(name)' || i)::bigint) % \(sides)" }
        for sql in [
            """
            INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version,
                public_key, enrolled_at, is_revoked, is_pending, is_cloned)
            SELECT \(id), 'Host-' || \(dice("name", 200)) || '-\(seed)', 's' || \(dice("site", 3)),
                (ARRAY['A-early', 'A-main', 'B-early', 'B-main'])[1 + \(dice("group", 4))],
                (ARRAY['debian', 'windows'])[1 + \(dice("platform", 2))], '1', 'amd64', '1', '',
                \(now) - make_interval(hours => (\(dice("enrolled", 72)))::integer, mins => 30),
                \(dice("revoked", 10)) = 0, \(dice("pending", 5)) = 0, \(dice("cloned", 8)) = 0
            FROM \(fleet)
            """,
            """
            INSERT INTO node_compliance (node, cycle, state, unknown_reason, baseline, inventory, proved_at, scanned_at,
                critical_missing, missing, updates, security_updates, reboot_reasons)
            SELECT \(id), 'c', CASE WHEN \(dice("reason", 6)) = 0 THEN 'UNKNOWN'
                    ELSE (ARRAY['COMPLIANT', 'NON_COMPLIANT'])[1 + \(dice("state", 2))] END,
                CASE WHEN \(dice("reason", 6)) = 0 THEN 'stale-index' END, 'b',
                CASE WHEN \(dice("inventory", 9)) > 0 THEN 'inventory-' || \(dice("inventory", 9)) END, \(now),
                CASE WHEN \(dice("scanned", 7)) > 0
                    THEN \(now) - make_interval(hours => (\(dice("scan", 96)))::integer, mins => 30) END,
                (\(dice("critical", 3)))::integer, '[]', 0, 0,
                CASE WHEN \(dice("reboot", 3)) = 0 THEN '["kernel"]' ELSE '[]' END::json
            FROM \(fleet) WHERE \(dice("proved", 5)) > 0
            """,
            """
            INSERT INTO node_contact (node, heard_at, clock_off_seconds)
            SELECT id, CASE WHEN \(dice("contact", 4)) = 0 THEN enrolled_at
                ELSE \(now) - make_interval(hours => (\(dice("heard", 48)))::integer, mins => 30) END, 0
            FROM \(fleet) JOIN node ON id = \(id)
            """,
        ] { try await write(controlPlane, sql) }
        let nodes = try await controlPlane.client.query(.unprepared("SELECT id FROM node")).column(0, as: String.self)
        _ = try await controlPlane.client.batch([NodeProofs.copy(of: nodes)])
    }
}
