import ControlPlane
import ControlPlaneTestSupport
import Postgres
import ReadModels
import Testing

@Suite("A lane of 100,000 hosts", .timeLimit(.minutes(10)))
struct LargeLaneTests {
    @Test("It is opened, starts its first host, and is aborted")
    func opens() async throws {
        let workflow = Workflow.oneByOne().replacing(
            "window: { opens: now, duration: 1h }",
            with: "window: { opens: now, duration: 1h }, concurrency: 1"
        )
        try await withControlPlane(workflow: workflow) { controlPlane in
            _ = try await controlPlane.client.query(.unprepared(Self.insertNodes))
            let id = try await controlPlane.startCycle("one-by-one")
            let view = try await controlPlane.cycle(id, "with its lane at work") {
                $0.stage("scan")?.lanes.first?.counts.inFlight == 1
            }
            #expect(view.state == "running")
            #expect(view.stage("scan")?.lanes.map(\.counts.targets) == [100_000])
            try await controlPlane.steer(id, .abort)
            let aborting = try await controlPlane.cycle(id, "without a queue") { $0.counts.queued == 0 }
            #expect(aborting.counts.other == 99_999)
        }
    }

    private static let insertNodes = """
        INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version, public_key,
            enrolled_at, is_revoked)
        SELECT 'mi-' || lpad(n::text, 17, '0'), 'host-' || n, 'Frankfurt', 'Debian12-early', 'debian', '12', 'amd64', '1.0',
            'key', now(), false
        FROM generate_series(1, 100000) AS n
        """
}
