import ArgumentParser
import DurableStreams
import Foundation
import Postgres
import ReadModels

/// The CSV of a large fleet.
struct HostTableBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts-csv",
        abstract: "The CSV of all hosts, read page by page as the server streams it.",
        discussion: "Each tenth host lacks three patches. Goal: 1,000,000 rows within 15 s and 150 MB."
    )

    @Option(help: "Hosts of the fleet.")
    var hosts = 1_000_000

    func run() async throws {
        try await PrivateDatabase.with { database in
            let client = try database.client(connections: 2)
            try await database.migrate(client)
            for sql in Self.fleet(hosts) { _ = try await client.query(.unprepared(sql)) }
            let reader = StreamReader(store: PostgresStore.unchecked(client: client))
            let content = ContentStore(client: client)
            let projector = Projector(client: client, reader: reader, content: content, logger: database.logger)
            let questions = FleetQuestions(
                client: client,
                reader: reader,
                content: content,
                projector: projector,
                now: wallTime
            )
            let begun = ContinuousClock.now
            var (bytes, lines) = (0, 0)
            var table = try await questions.hostTable(ofSite: nil)
            while let page = try await table.next() {
                bytes += page.count
                lines += page.count { $0 == UInt8(ascii: "\n") }
            }
            let figures = HostTableFigures(
                hosts: hosts,
                rows: lines - 1,
                mebibytes: bytes >> 20,
                seconds: ((ContinuousClock.now - begun) / .seconds(1)).rounded(toPlaces: 1),
                residentMiB: ProcessID.own.residentMiB.highest
            )
            try Result(
                benchmark: "hosts-csv",
                settings: try await Settings.read(client),
                figures: figures,
                bound: "two cores: PostgreSQL reads a page while the one before is written"
            ).print()
            await client.close()
        }
    }

    /// Statements that make the read models of a fleet.
    private static func fleet(_ hosts: Int) -> [String] {
        let missing = (1...3).map { number in
            #"{"name":"p\#(number)","installedVersion":"1","version":"2","level":"HIGH"}"#
        }
        let id = "'mi-' || lpad(to_hex(i), 17, '0')"
        return [
            """
            INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version,
                public_key, enrolled_at, is_revoked)
            SELECT \(id), 'host-' || i, 'site-' || i % 6, 'Debian12-early', 'debian', '12', 'amd64', '1.0', '', now(), false
            FROM generate_series(1, \(hosts)) AS i
            """,
            """
            INSERT INTO node_compliance (node, cycle, state, baseline, proved_at, scanned_at, critical_missing, missing,
                updates, security_updates, reboot_reasons)
            SELECT \(id), 'c', CASE WHEN i % 10 = 0 THEN 'NON_COMPLIANT' ELSE 'COMPLIANT' END, 'debian12', now(), now(), 0,
                CASE WHEN i % 10 = 0 THEN '[\(missing.joined(separator: ","))]' ELSE '[]' END::json, 3, 3, '[]'
            FROM generate_series(1, \(hosts)) AS i
            """,
            """
            INSERT INTO node_contact (node, heard_at, clock_off_seconds)
            SELECT \(id), now(), 0 FROM generate_series(1, \(hosts)) AS i
            """,
            "ANALYZE node", "ANALYZE node_compliance", "ANALYZE node_contact",
        ]
    }
}

struct HostTableFigures: Encodable {
    let hosts: Int
    let rows: Int
    let mebibytes: Int
    let seconds: Double
    let residentMiB: Int
}
