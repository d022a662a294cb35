import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

@Suite("Importing feeds", .serialized, .timeLimit(.minutes(10)))
struct AdvisoryImportTests {
    @Test("A feed's entries, its bytes and its fact in the log are there when the import returns")
    func imported() async throws {
        try await withControlPlane { controlPlane in
            let text = Self.feed(Self.update("A-1"), Self.update("A-2"), "<update/>")
            let imported = try await Self.importing(text, controlPlane, url: "https://a.example/x", etag: "\"7\"")
            #expect(!imported.isUnchanged)
            let (last, fact) = (imported.lastImport, imported.lastImport.fact)
            #expect((fact.entryCount, fact.newCount, fact.changedCount, fact.malformedCount) == (2, 2, 0, 1))
            #expect(fact.format == "updateinfo")
            #expect(fact.sha256 == ContentStore.digest(of: text))
            #expect(fact.byteCount == text.utf8.count)
            #expect((fact.url, fact.etag) == ("https://a.example/x", "\"7\""))
            #expect(last.malformed.count == 1)
            #expect(last.malformed.first?.place.contains("line") == true, "\(last.malformed)")
            #expect(last.importedBy == "ana")

            let list = try await controlPlane.questions.advisories(AdvisoryFilter(), after: nil, limit: 9)
            #expect(list.items.map(\.id).sorted() == ["A-1", "A-2"])
            let events = try await Self.events(controlPlane)
            #expect(events.map(\.type) == ["feed.imported.v1"])
            #expect(events.map(\.actor) == ["ana"])
            let kept = try await controlPlane.client.query(
                .unprepared("SELECT string_agg(bytes, '' ORDER BY chunk) FROM feed_content")
            )
            #expect(try kept.one().get(0, as: [UInt8].self) == Array(text.utf8))
        }
    }

    @Test("The same bytes again change nothing, and say so; other bytes are another import")
    func again() async throws {
        try await withControlPlane { controlPlane in
            let first = try await Self.importing(Self.feed(Self.update("A-1")), controlPlane)
            let again = try await Self.importing(Self.feed(Self.update("A-1")), controlPlane, by: "bob")
            #expect(again.isUnchanged)
            #expect(again.lastImport == first.lastImport)
            let edited = try await Self.importing(Self.feed(Self.update("A-1", severity: "critical")), controlPlane)
            #expect((edited.lastImport.fact.newCount, edited.lastImport.fact.changedCount) == (0, 1))
            let back = try await Self.importing(Self.feed(Self.update("A-1")), controlPlane)
            #expect(!back.isUnchanged, "the bytes are those of an import before the last")
            #expect(back.lastImport.fact.changedCount == 1)
            #expect(try await Self.events(controlPlane).count == 3)
            let view = try await controlPlane.questions.advisory("A-1", source: nil, version: nil)
            #expect(view.versions.count == 2)
        }
    }

    @Test("Of the same feed that is sent twice at once one is the import, and the other has nothing new")
    func atOnce() async throws {
        try await withControlPlane { controlPlane in
            let text = Self.feed((0..<1_000).map { Self.update("A-\($0)") }.joined())
            async let first = Self.importing(text, controlPlane)
            async let second = Self.importing(text, controlPlane)
            let both = [try await first, try await second]
            #expect(both.map(\.isUnchanged).filter { $0 }.count == 1)
            #expect(both[0].lastImport == both[1].lastImport)
            #expect(try await Self.events(controlPlane).count == 1)
        }
    }

    @Test("A feed that is truncated after many entries changes nothing")
    func truncated() async throws {
        try await withControlPlane { controlPlane in
            let whole = Self.feed((0..<3_000).map { Self.update("A-\($0)") }.joined())
            let refused = try await problem {
                _ = try await Self.importing(String(whole.dropLast(8)), controlPlane)
            }
            #expect((refused.status, refused.code) == (422, "malformed-feed"))
            #expect(refused.detail.hasPrefix("cannot import vendor: "), "\(refused.detail)")
            #expect(refused.detail.contains("nothing of it counts"))
            let list = try await controlPlane.questions.advisories(AdvisoryFilter(), after: nil, limit: 9)
            #expect(list.items == [])
            #expect(try await controlPlane.questions.advisoryImports(feed: nil, after: nil, limit: 9).items == [])
            #expect(try await Self.events(controlPlane) == [])
            let imported = try await Self.importing(whole, controlPlane)
            #expect(imported.lastImport.fact.newCount == 3_000)
        }
    }

    @Test("Of malformed entries the first are listed and all are counted")
    func manyMalformed() async throws {
        try await withControlPlane { controlPlane in
            let broken = String(repeating: "<update/>", count: 250)
            let imported = try await Self.importing(Self.feed(broken, Self.update("A-1")), controlPlane)
            #expect(imported.lastImport.fact.malformedCount == 250)
            #expect(imported.lastImport.malformed.count == MalformedEntryView.maximumCount)
        }
    }

    @Test("KEV, EPSS and a folder that came as one file are imported too")
    func otherFormats() async throws {
        try await withControlPlane { controlPlane in
            let kev = #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1001"}]}"#
            #expect(try await Self.importing(kev, controlPlane, feed: "kev").lastImport.fact.format == "kev")
            let epss = "cve,epss,percentile\nCVE-2026-1001,0.5,0.5\n"
            #expect(try await Self.importing(epss, controlPlane, feed: "epss").lastImport.fact.newCount == 1)
            let record = #"{"schema_version": "1.7.0", "id": "USN-1-1", "published": "2026-01-01T00:00:00Z"}"#
            let folder = try await Self.importing("\u{1e}\(record)\n\u{1e}{}\n", controlPlane, feed: "usn")
            #expect(folder.lastImport.fact.format == "ubuntu-osv")
            #expect(folder.lastImport.fact.malformedCount + folder.lastImport.fact.entryCount == 2)
            _ = try await Self.importing(Self.feed(Self.update("ALAS-1")), controlPlane)
            let list = try await controlPlane.questions.advisories(
                AdvisoryFilter(source: .amazonLinux),
                after: nil,
                limit: 9
            )
            #expect(list.items.map(\.isKnownExploited) == [true])
            #expect(list.items.map(\.exploitProbability) == [0.5])
        }
    }

    @Test("What an import may not be is refused, with the reason")
    func refused() async throws {
        try await withControlPlane { controlPlane in
            let upload = FeedUpload(feed: "f", path: "/none", sha256: "a", byteCount: 0, by: "ana")
            let changes: [(String, String, (inout FeedUpload) -> Void)] = [
                ("invalid-name", "name of a person", { $0.by = "node/mi-1" }),
                ("invalid-import", "1 to 64", { $0.feed = "" }), ("invalid-import", "slashes", { $0.feed = "a/b" }),
                ("invalid-import", "1 to 64", { $0.feed = String(repeating: "x", count: 65) }),
                ("invalid-import", "the url", { $0.url = "https://a\n" }),
                ("invalid-import", "the etag", { $0.etag = String(repeating: "x", count: 2_001) }),
                ("invalid-import", "no format yaml; there are updateinfo,", { $0.format = "yaml" }),
                ("malformed-feed", "no such file", { _ in }),
            ]
            for (code, words, change) in changes {
                var upload = upload
                change(&upload)
                let refused = try await problem { _ = try await controlPlane.services.advisories.importFeed(upload) }
                #expect(refused.code == code)
                #expect(refused.detail.contains(words), "\(refused.detail)")
            }
        }
    }

    // MARK: - Steps

    static func update(_ id: String, severity: String = "important") -> String {
        """
        <update type="security"><id>\(id)</id><title>openssl</title>
        <issued date="2026-02-17 20:41"/><severity>\(severity)</severity>
        <references><reference id="CVE-2026-1001" type="cve"/></references>
        <pkglist><collection short="al"><name>Amazon Linux 2023</name>
        <package name="openssl-libs" version="3.0.8" release="1" epoch="1" arch="x86_64"/>
        </collection></pkglist></update>

        """
    }

    static func feed(_ updates: String...) -> String { "<updates>\n\(updates.joined())</updates>\n" }

    private static func events(_ controlPlane: TestControlPlane) async throws -> [EventView] {
        try await controlPlane.questions.events(of: "feed/vendor", after: nil, limit: 100, wait: .zero).events
    }

    static func importing(
        _ text: String,
        _ controlPlane: TestControlPlane,
        feed: String = "vendor",
        url: String? = nil,
        etag: String? = nil,
        by: String = "ana"
    ) async throws -> AdvisoriesImported {
        try await TemporaryFolder.with { folder in
            let path = folder + "/feed"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            return try await controlPlane.services.advisories.importFeed(
                FeedUpload(
                    feed: feed,
                    path: path,
                    sha256: ContentStore.digest(of: text),
                    byteCount: Int64(text.utf8.count),
                    url: url,
                    etag: etag,
                    by: by
                )
            )
        }
    }
}
