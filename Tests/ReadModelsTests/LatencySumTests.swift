import ControlPlaneTestSupport
import Domain
import Postgres
import Testing
import Time

@testable import ReadModels

/// The sums of patch latency are those of what was installed and of what is known of its publication.
@Suite("Sums of patch latency", .timeLimit(.minutes(10)))
struct LatencySumTests {
    @Test("Whatever is installed and published in whatever order, the sums are those of the whole tables")
    func sums() async throws {
        try await withControlPlane { controlPlane in
            let today = controlPlane.clock.now.day
            for step in 1...30 {
                var statements: [Statement] = []
                let days = Set((0..<Int64.random(in: 0...3)).map { _ in today - .random(in: 0...9) })
                for day in days {
                    statements.append(
                        .unprepared(
                            """
                            INSERT INTO install_day AS i
                            VALUES (\(day), '\(["A-early", "A-main", "late"].randomElement() ?? "")',
                                'p\(Int.random(in: 0...5))', 'x', '1', \(Int.random(in: 1...9)))
                            ON CONFLICT (day, patch_group, name, architecture, version)
                            DO UPDATE SET nodes = i.nodes + excluded.nodes
                            """
                        )
                    )
                }
                if !days.isEmpty { statements.append(DailySeries.forgetLatency(of: Array(days))) }
                var released: [Patch: Timestamp] = [:]
                for _ in 0..<Int.random(in: 0...2) {
                    let patch = Patch(name: "p\(Int.random(in: 0...7))", architecture: "x", version: "1")
                    released[patch] = controlPlane.clock.now - .seconds(86_400 * .random(in: -1...20))
                }
                statements += DailySeries.statements(released: released, hasInstalls: !days.isEmpty)
                if !statements.isEmpty { _ = try await controlPlane.client.batch(statements) }
                try await check(controlPlane, "after step \(step): \(days), \(released)")
            }
            let latest = try await controlPlane.questions.patchLatency(days: 30)
            #expect(latest.map(\.ring) == latest.map(\.ring).sorted() && !latest.isEmpty)
        }
    }

    /// Compares with the question that needs no sums.
    private func check(_ controlPlane: TestControlPlane, _ comment: Comment) async throws {
        let answers = try await controlPlane.client.batch([
            .unprepared("SELECT day, ring, days, nodes::text FROM latency_day ORDER BY 1, 2, 3"),
            .unprepared(
                """
                SELECT i.day, split_part(patch_group, '-', -1),
                    CASE
                        WHEN p.released_at IS NOT NULL
                            THEN greatest(0, i.day - floor(extract(epoch FROM p.released_at) / 86400)::integer)
                    END,
                    sum(i.nodes)::text
                FROM install_day i
                LEFT JOIN patch_release p USING (name, architecture, version)
                GROUP BY 1, 2, 3
                ORDER BY 1, 2, 3
                """
            ),
        ])
        let (sums, whole) = (try texts(answers[0]), try texts(answers[1]))
        #expect(sums == whole, comment)
    }

    private func texts(_ rows: Rows) throws -> [String] {
        try rows.map { row in
            let (day, ring): (Int32, String) = (try row.get(0), try row.get(1))
            let days = try row.get(2, as: Int32?.self).map { "\($0)" } ?? "unknown"
            return "\(day) \(ring) \(days) \(try row.get(3, as: String.self))"
        }
    }
}
