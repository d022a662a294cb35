import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import Postgres
import ReadModels
import Testing

@Suite("What the patches of nodes come to", .timeLimit(.minutes(10)))
struct PatchStateTests {
    /// As ``FleetQuestions/patches(ofNode:)`` counts them.
    private func checkStates(
        _ controlPlane: TestControlPlane,
        _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let nodes = try await controlPlane.questions.nodes().map(\.id)
        let states = try await controlPlane.questions.patchStates(of: nodes)
        #expect(states.count == nodes.count, comment, sourceLocation: sourceLocation)
        for (node, patched) in states {
            let state = patched.state
            let view = try await controlPlane.questions.patches(ofNode: node)
            for each in PatchState.allCases {
                #expect(state.count(each) == view.counts[each.rawValue], comment, sourceLocation: sourceLocation)
            }
            #expect(state.operation == view.operation, comment, sourceLocation: sourceLocation)
            #expect(state.criticalNonCompliant == view.criticalNonCompliant, comment, sourceLocation: sourceLocation)
            #expect(state.securityNonCompliant == view.securityNonCompliant, comment, sourceLocation: sourceLocation)
            #expect(state.otherNonCompliant == view.otherNonCompliant, comment, sourceLocation: sourceLocation)
            let against = view.patches.count { $0.status == "NON_COMPLIANT" }
            #expect(state.nonCompliant.values.reduce(0, +) == against, comment, sourceLocation: sourceLocation)
        }
    }

    /// Rows of states that were written until now.
    private func written(_ controlPlane: TestControlPlane) async throws -> Int64 {
        try await controlPlane.client.query(.unprepared("SELECT count(*) FROM judged")).one().get(0)
    }

    /// Counts the rows that are written from now on.
    private func watch(_ controlPlane: TestControlPlane) async throws {
        for sql in [
            "CREATE TABLE judged (node text)",
            """
            CREATE FUNCTION note_judged() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO judged VALUES (NEW.node); RETURN NEW; END $$
            """,
            """
            CREATE TRIGGER note_judged AFTER INSERT OR UPDATE ON node_patch_state
            FOR EACH ROW EXECUTE FUNCTION note_judged()
            """,
        ] { _ = try await controlPlane.client.query(.unprepared(sql)) }
    }

    @Test("A node is judged once for a scan, whoever asks and however many at a time")
    func once() async throws {
        try await withControlPlane { controlPlane in
            try await watch(controlPlane)
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            let nodes = fleet.agents.map(\.node)
            #expect(try await controlPlane.questions.patchStates(of: nodes).isEmpty, "nothing was scanned")
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            #expect(try await controlPlane.questions.nodes().count == 2, "the read models hold the scan from here on")
            let answers = try await withThrowingTaskGroup(of: [String: NodePatchState].self) { group in
                for _ in 1...16 {
                    group.addTask { try await controlPlane.questions.patchStates(of: nodes).mapValues(\.state) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.count == 2 && $0 == answers[0] })
            #expect(try await written(controlPlane) == 2)
            try await checkStates(controlPlane, "after the scan")
            #expect(try await written(controlPlane) == 2, "it is kept")
            #expect(try await controlPlane.questions.patchStates(of: ["mi-none"]).isEmpty)
        }
    }

    @Test("What was kept does not outlive a new scan, an install, another patch group or an import of advisories")
    func fresh() async throws {
        try await withControlPlane { controlPlane in
            try await watch(controlPlane)
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await checkStates(controlPlane, "after the scan")

            try await controlPlane.approve("scan", of: id)
            try await Fleet.carryOut(fleet.ring("early"), of: controlPlane)
            try await controlPlane.gate(of: "early", in: id)
            try await checkStates(controlPlane, "after an install")
            #expect(try await written(controlPlane) == 3, "only the node that was installed on is judged again")

            let node = try #require(fleet.ring("main").first?.node)
            _ = try await controlPlane.client.query(
                .unprepared("UPDATE node SET patch_group = 'Nobody-main' WHERE id = '\(node)'")
            )
            let nothing = try await controlPlane.questions.patchStates(of: [node])
            #expect(nothing.isEmpty, "no baseline of its cycle is for the group that it is in")
            #expect(try await written(controlPlane) == 4)
            _ = try await controlPlane.client.query(
                .unprepared("UPDATE node SET patch_group = 'Debian12-main' WHERE id = '\(node)'")
            )
            try await checkStates(controlPlane, "back in its group")
            #expect(try await written(controlPlane) == 5)

            try await controlPlane.imported([])
            try await checkStates(controlPlane, "after an import")
            #expect(try await written(controlPlane) == 7)
        }
    }

    @Test("Where many are asked for, others of the fleet are judged with them; where few are, they alone")
    func beside() async throws {
        try await withControlPlane { controlPlane in
            try await watch(controlPlane)
            let sites = (1...13).map { "site-\($0)" }
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: sites, rings: ["early", "main"])
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            let nodes = try await controlPlane.questions.nodes().map(\.id)
            let few = try await controlPlane.questions.patchStates(of: [nodes[0]])
            #expect(Set(few.keys) == [nodes[0]])
            #expect(try await written(controlPlane) == 1)
            let asked = Array(nodes.prefix(25))
            try await controlPlane.imported([])
            let many = try await controlPlane.questions.patchStates(of: asked)
            #expect(Set(many.keys) == Set(asked), "and no other is told")
            #expect(try await written(controlPlane) == 1 + 26)
            try await checkStates(controlPlane, "all are judged")
            #expect(try await written(controlPlane) == 1 + 26)
        }
    }
}
