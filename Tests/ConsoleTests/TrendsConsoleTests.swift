import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import ReadModels
import Testing
import Time

@testable import Console

/// The fleet over time, and what is handed to auditors.
@Suite("Trends and evidence in the console", .timeLimit(.minutes(20)))
struct TrendsConsoleTests {
    @Test("Days are drawn and told as they were, and filters hold for them")
    func days() async throws {
        try await TestConsole.with { console in
            let cookie = try await console.session()
            let empty = try await console.get("/console/trends", cookie: cookie).text
            #expect(empty.contains("No day of this has ended") && empty.contains("Nothing was installed"))
            let today = console.controlPlane.clock.now.day
            let client = console.controlPlane.client
            for (day, site, group, state, nodes) in [
                (today - 2, "London", "Win2022-early", "UNKNOWN", 10),
                (today - 1, "London", "Win2022-early", "COMPLIANT", 9),
                (today - 1, "London", "Win2022-early", "UNKNOWN", 1),
                (today - 1, "Frankfurt", "Win2022-main", "NON_COMPLIANT", 10),
                (today - 40, "Frankfurt", "Win2022-main", "COMPLIANT", 10),
            ] as [(Int64, String, String, String, Int)] {
                _ = try await client.batch([
                    .unprepared(
                        "INSERT INTO compliance_day VALUES (\(day), '\(site)', '\(group)', 'plat-win2022-baseline', '\(state)', \(nodes))"
                    )
                ])
            }
            func page(_ query: String) async throws -> String {
                try await console.get("/console/trends?\(query)", cookie: cookie).text
            }
            let all = try await page("days=30")
            #expect(all.contains("45 % of 20 nodes proved COMPLIANT at the end of \(date(today - 1)), and 0 %"))
            #expect(all.contains("<svg class=\"shares\"") && all.contains("<td>\(date(today - 2))</td>"))
            #expect(!all.contains("<td>\(date(today - 40))</td>"))
            #expect(try await page("days=90").contains("<td>\(date(today - 40))</td>"))
            #expect(try await page("days=30&ring=early").contains("90 % of 10 nodes"))
            #expect(try await page("days=30&site=Frankfurt").contains("0 % of 10 nodes"))
            #expect(try await page("days=30&baseline=another").contains("No day of this has ended"))
        }
    }

    private func date(_ day: Int64) -> String {
        ComplianceDay(day: day, unknown: 0, nonCompliant: 0, compliant: 0).date
    }

    @Test("What is installed counts for its ring, by the days since its publication where that is known")
    func latency() async throws {
        try await TestConsole.with { console in
            let today = console.controlPlane.clock.now.day
            let client = console.controlPlane.client
            _ = try await client.batch([
                .unprepared("INSERT INTO latency_day VALUES (\(today - 2), 'early', 7, 3), (\(today), 'early', 9, 1)"),
                .unprepared("INSERT INTO latency_day VALUES (\(today), 'main', NULL, 5)"),
                .unprepared("INSERT INTO latency_day VALUES (\(today - 100), 'main', 3, 5)"),
            ])
            let latencies = try await console.controlPlane.questions.patchLatency(days: 30)
            #expect(
                latencies == [
                    PatchLatency(ring: "early", installs: [(7, 3), (9, 1)], undated: 0),
                    PatchLatency(ring: "main", installs: [], undated: 5),
                ]
            )
            #expect(latencies[0].days(within: 0.5) == 7 && latencies[0].days(within: 0.9) == 9)
            #expect(latencies[1].days(within: 0.5) == nil)
            let page = try await console.get("/console/trends", cookie: console.session()).text
            #expect(page.contains("4 installations whose publication is known"))
            #expect(page.contains("3 0–7 days, 1 8–14 days"))
        }
    }

    @Test("The evidence page names months, commands and the log's state; its files are the reports and the heads")
    func evidence() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let cookie = try await console.session()
            let page = try await console.get("/console/evidence", cookie: cookie).text
            let month = "\(controlPlane.clock.now)".prefix(7)
            #expect(page.contains("ringmaster evidence build --period \(month) --to evidence-\(month)"))
            #expect(page.contains("ringmaster log verify --since heads.json") && !page.contains("is not sealed"))
            let heads = try await console.get("/console/evidence/heads.json", cookie: cookie)
            struct Heads: Decodable { let heads: [LogStanding.Head] }
            let told = try JSONDecoder().decode(Heads.self, from: Data(heads.text.utf8)).heads
            let standing = try await controlPlane.questions.logStanding()
            #expect(told.count == standing.heads.count && told.allSatisfy { $0.chain.count == 64 && $0.position > 0 })
            let hosts = try await console.get("/console/evidence/hosts.csv?site=Frankfurt", cookie: cookie).text
            #expect(hosts.split(separator: "\r\n").count == 4 && hosts.hasPrefix("Index,Instance ID"))
            #expect(try await console.get("/console/evidence/cycles/none.csv", cookie: cookie).status == .notFound)
            #expect(try await console.get("/console/evidence/heads.json").status == .seeOther)
        }
    }

    @Test("A row that is not sealed is shown on the evidence page")
    func unsealed() throws {
        let now = Timestamp(microseconds: 1_795_000_000_000_000)
        let last = LogStanding.Head(shard: 7, position: 3, chain: String(repeating: "0", count: 64))
        let log = LogStanding(heads: [last], unsealed: [7], firstAt: now + .seconds(-70 * 86_400), lastAt: now)
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/console/evidence")
        let actor = ConsoleActor(name: "ana", principal: .nobody)
        let session = Session(actor: actor, formToken: "", begunAt: now, usedAt: now)
        let visit = try Visit(Request(head: head, body: .init(buffer: ByteBuffer())), session, at: now)
        let page = EvidencePage(log, cycles: [], sites: [], for: visit)
        #expect(page.problem?.contains("1 shard is not sealed") == true)
        #expect(page.periods.map(\.month) == ["2026-11", "2026-10", "2026-09"])
        #expect(page.periods.map(\.badge.text) == ["running", "done", "done"])
    }
}
