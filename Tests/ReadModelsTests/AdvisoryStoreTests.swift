import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import Logging
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

@Suite("Where advisories are kept", .serialized, .timeLimit(.minutes(10)))
struct AdvisoryStoreTests {
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func advisory(_ id: String, title: String = "t", word: String = "low", issued: Int64? = nil) -> Advisory {
        Advisory(
            id: id,
            source: .redHat,
            title: title,
            classification: "security",
            severityWord: word,
            cves: ["CVE-2026-1001", "CVE-2026-1002"].compactMap { CVE($0) },
            issued: issued.map { Timestamp(microseconds: 1_700_000_000_000_000 + $0) },
            fixes: [
                FixedPackage(product: "8", name: "openssl", version: "1"),
                FixedPackage(product: "9", name: "openssl", version: "2"),
                FixedPackage(product: "9", name: "nginx", version: "3"),
            ]
        )
    }

    @Test("An advisory that is edited is a new version, and the same one changes nothing")
    func versions() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.advisoryStore
            let (first, second) = (advisory("A-1"), advisory("A-1", title: "edited", word: "critical"))
            let written = try await store.importing(at: moment) { try await $0.write([first, advisory("A-2")]) }
            #expect((written.new, written.changed) == (2, 0))
            let again = try await store.importing(at: moment) { try await $0.write([first, advisory("A-2")]) }
            #expect((again.new, again.changed) == (0, 0))
            let edited = try await store.importing(at: moment + .seconds(1)) {
                try await $0.write([second, advisory("A-2")])
            }
            #expect((edited.new, edited.changed) == (0, 1))

            let view = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(view.advisory == second)
            #expect(view.severity == "critical")
            #expect(view.versions.map(\.isCurrent) == [false, true])
            let former = try await controlPlane.questions.advisory(
                "A-1",
                source: "red-hat",
                version: view.versions[0].digest
            )
            #expect(former.advisory == first)
            #expect(former.versions == view.versions)
            let back = try await store.importing(at: moment + .seconds(2)) { try await $0.write([first]) }
            #expect((back.new, back.changed) == (0, 1))
            let returned = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(returned.versions.map(\.isCurrent) == [true, false], "it is the version that was there before")
        }
    }

    @Test("Of one id that comes twice at once the last counts")
    func twice() async throws {
        try await withControlPlane { controlPlane in
            let changes = try await controlPlane.questions.advisoryStore.importing(at: moment) { writer in
                try await writer.write([advisory("A-1"), advisory("A-2"), advisory("A-1", title: "last")])
            }
            #expect(changes.new == 2)
            let view = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(view.advisory.title == "last")
        }
    }

    @Test("An import whose connection is killed in the middle leaves nothing behind")
    func killed() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.advisoryStore
            let kill = """
                SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            let error = await #expect(throws: PostgresError.self) {
                try await store.importing(at: moment) { writer in
                    _ = try await writer.write([advisory("A-1")])
                    try await writer.keep([1, 2, 3], chunk: 0, of: "abc")
                    let ended = try await controlPlane.client.query(.unprepared(kill)).one().get(0, as: Int.self)
                    #expect(ended >= 1)
                    _ = try await writer.write([advisory("A-2")])
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(try await controlPlane.questions.advisories(AdvisoryFilter(), after: nil, limit: 9).items == [])
            for table in ["advisory", "advisory_version", "feed_content", "advisory_import"] {
                let count = try await controlPlane.client.query(.unprepared("SELECT count(*) FROM \(table)"))
                #expect(try count.one().get(0, as: Int.self) == 0, "\(table)")
            }
        }
    }

    @Test("KEV and EPSS count as a whole: what the last import did not bring is gone")
    func threats() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.advisoryStore
            let cves = try ["CVE-2026-1001", "CVE-2026-1002"].map { try #require(CVE($0)) }
            let entries = cves.map { KnownExploited(cve: $0, addedAt: moment, dueAt: nil, isUsedByRansomware: false) }
            func estimate(_ cve: CVE, _ value: Double) throws -> ExploitProbability {
                let estimate = ExploitProbability(
                    cve: cve,
                    probability: value,
                    percentile: 0.5,
                    model: "v1",
                    scoredAt: moment
                )
                return try #require(estimate)
            }
            let first = [try estimate(cves[0], 0.25), try estimate(cves[1], 0.75)]
            try await record(store, "1") { writer in
                let (exploited, estimated) = (try await writer.write(entries), try await writer.write(first))
                #expect((exploited.new, estimated.new) == (2, 2))
            }
            _ = try await store.importing(at: moment) { try await $0.write([advisory("A-1")]) }
            let view = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(view.knownExploited == entries)
            #expect(view.exploitProbabilities == first)
            let list = try await controlPlane.questions.advisories(AdvisoryFilter(), after: nil, limit: 9).items
            #expect(list.map(\.isKnownExploited) == [true])
            #expect(list.map(\.exploitProbability) == [0.75])

            try await record(store, "2") { writer in
                var edited = entries[1]
                edited.isUsedByRansomware = true
                let changes = try await writer.write([edited])
                #expect((changes.new, changes.changed) == (0, 1))
                try await writer.removeFormerKnownExploited()
                let changed = try await writer.write([try estimate(cves[0], 0.125)])
                #expect((changed.new, changed.changed) == (0, 1))
                try await writer.removeFormerProbabilities()
            }
            let later = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(later.knownExploited.map(\.cve) == [cves[1]])
            #expect(later.exploitProbabilities.map(\.probability) == [0.125])
        }
    }

    @Test("The bytes of the last imports of a feed are kept, those of former ones let go")
    func contents() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.advisoryStore
            for name in ["a", "b", "c", "d", "e"] {
                try await record(store, name) { try await $0.keep([1], chunk: 0, of: name) }
            }
            let rows = try await controlPlane.client.query(
                .unprepared("SELECT sha256 FROM feed_content ORDER BY sha256")
            )
            #expect(try rows.column(0, as: String.self) == ["c", "d", "e"])
            let imports = try await controlPlane.questions.advisoryImports(feed: nil, after: nil, limit: 2)
            #expect(imports.items.map(\.fact.sha256) == ["e", "d"])
            let rest = try await controlPlane.questions.advisoryImports(feed: "f", after: imports.next, limit: 9)
            #expect(rest.items.map(\.fact.sha256) == ["c", "b", "a"])
            #expect(rest.next == nil)
            #expect(try await store.lastImport(of: "f") == imports.items[0])
            #expect(try await store.lastImport(of: "other") == nil)
        }
    }

    @Test("The latest come first, page by page, and every filter holds")
    func filters() async throws {
        try await withControlPlane { controlPlane in
            let questions = controlPlane.questions
            let advisories = [advisory("A-1", issued: 1), advisory("A-2", issued: 3), advisory("A-3", issued: 2)]
            let other = Advisory(
                id: "A-1",
                source: .debian,
                title: "",
                classification: "security",
                cves: [try #require(CVE("CVE-2026-2000"))],
                fixes: [FixedPackage(product: "bookworm", name: "sope", version: "1", isSource: true)]
            )
            _ = try await questions.advisoryStore.importing(at: moment) { try await $0.write(advisories + [other]) }
            func ids(_ filter: AdvisoryFilter) async throws -> [String] {
                try await questions.advisories(filter, after: nil, limit: 9).items.map { "\($0.source) \($0.id)" }
            }
            #expect(try await ids(AdvisoryFilter()) == ["red-hat A-2", "red-hat A-3", "red-hat A-1", "debian A-1"])
            #expect(try await ids(AdvisoryFilter(source: .debian)) == ["debian A-1"])
            #expect(try await ids(AdvisoryFilter(cve: CVE("CVE-2026-2000"))) == ["debian A-1"])
            #expect(try await ids(AdvisoryFilter(package: "nginx")).count == 3)
            #expect(try await ids(AdvisoryFilter(cve: CVE("CVE-2026-1001"), package: "sope")) == [])
            #expect(try await ids(AdvisoryFilter(cve: CVE("CVE-2026-2000"), package: "sope")) == ["debian A-1"])
            let since = Timestamp(microseconds: 1_700_000_000_000_002)
            #expect(try await ids(AdvisoryFilter(since: since)) == ["red-hat A-2", "red-hat A-3"])

            var (paged, after) = ([AdvisorySummary](), String?.none)
            repeat {
                let page = try await questions.advisories(AdvisoryFilter(), after: after, limit: 1)
                paged += page.items
                after = page.next
            } while after != nil
            #expect(try await questions.advisories(AdvisoryFilter(), after: nil, limit: 9).items == paged)
            #expect(paged.last?.releasedAt == nil)
            #expect(paged.first?.fixCount == 3)
        }
    }

    @Test("A notice without a severity has the worst of its CVEs, and none while one is not rated")
    func ratings() async throws {
        try await withControlPlane { controlPlane in
            func notice(_ source: AdvisorySource, _ id: String, _ cves: [String], word: String = "") -> Advisory {
                Advisory(
                    id: id,
                    source: source,
                    title: id,
                    classification: "security",
                    severityWord: word,
                    cves: cves.compactMap { CVE($0) }
                )
            }
            let questions = controlPlane.questions
            let advisories = [
                notice(.ubuntu, "USN-1", ["CVE-2026-1001", "CVE-2026-1002"]),
                notice(.ubuntu, "USN-2", ["CVE-2026-1001", "CVE-2026-1003"]),
                notice(.ubuntu, "UBUNTU-CVE-2026-1001", ["CVE-2026-1001"], word: "low"),
                notice(.ubuntu, "UBUNTU-CVE-2026-1002", ["CVE-2026-1002"], word: "medium"),
                notice(.debian, "openssl/CVE-2026-1003", ["CVE-2026-1003"], word: "unimportant"),
            ]
            _ = try await questions.advisoryStore.importing(at: moment) { try await $0.write(advisories) }
            let listed = try await questions.advisories(AdvisoryFilter(), after: nil, limit: 9).items
            let severities = Dictionary(uniqueKeysWithValues: listed.map { ($0.id, $0.severity) })
            #expect(
                severities == [
                    "USN-1": "medium", "USN-2": "unknown", "UBUNTU-CVE-2026-1001": "low",
                    "UBUNTU-CVE-2026-1002": "medium", "openssl/CVE-2026-1003": "negligible",
                ]
            )
            for (id, severity) in severities {
                #expect(try await questions.advisory(id, source: nil, version: nil).severity == severity)
            }
        }
    }

    @Test("The application's role does all that an import does, and cannot change a version or an import")
    func role() async throws {
        try await withControlPlane { controlPlane in
            try await grant(controlPlane.client)
            let row = try await controlPlane.client.query(.unprepared("SELECT current_database()")).one()
            let conninfo = try await TestCluster.shared.conninfo(database: try row.get(0))
            var configuration = PostgresConfiguration(conninfo: conninfo)
            configuration.sessionSettings["role"] = "ringmaster_application"
            let limited = try PostgresClient(configuration, logger: .quiet)
            let store = AdvisoryStore(client: limited)
            let cve = try #require(CVE("CVE-2026-1001"))
            for name in ["a", "b", "c", "d"] {
                try await record(store, name) { writer in
                    _ = try await writer.write([advisory("A-1", title: name)])
                    let entry = KnownExploited(cve: cve, addedAt: nil, dueAt: nil, isUsedByRansomware: false)
                    _ = try await writer.write([entry])
                    try await writer.removeFormerKnownExploited()
                    try await writer.removeFormerProbabilities()
                    try await writer.keep([1], chunk: 0, of: name)
                }
            }
            for change in ["UPDATE advisory_version SET body = '{}'", "DELETE FROM advisory_import"] {
                let error = await #expect(throws: PostgresError.self) { try await limited.query(.unprepared(change)) }
                #expect(error?.code == .insufficientPrivilege, "\(change)")
            }
            await limited.close()
        }
    }

    // MARK: - Steps

    /// The role is of the whole server: another test may make it at the same moment.
    private func grant(_ client: PostgresClient) async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../db/roles.sql")
        let script = try String(contentsOf: file, encoding: .utf8)
        try await client.withConnection { session in
            do {
                try await session.script(script, name: "db/roles.sql")
            } catch {
                try await session.script(script, name: "db/roles.sql, again")
            }
        }
    }

    private func record(
        _ store: AdvisoryStore,
        _ sha256: String,
        _ body: (AdvisoryWriter) async throws -> Void
    ) async throws {
        try await store.importing(at: moment) { writer in
            try await body(writer)
            let fact = FeedImport(
                number: writer.number,
                sha256: sha256,
                byteCount: 1,
                format: "kev",
                entryCount: 1,
                newCount: 1,
                changedCount: 0,
                malformedCount: 0
            )
            try await writer.finish(
                AdvisoryImportView(feed: "f", fact: fact, malformed: [], importedBy: "ana", importedAt: moment)
            )
        }
    }
}
