import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster advisory", .timeLimit(.minutes(10)))
struct AdvisoryCommandTests {
    private static let feed = """
        <updates><update type="security"><id>ALAS-1</id><title>openssl</title><issued date="2026-02-17 20:41"/>
        <severity>important</severity><references><reference id="CVE-2026-1001" type="cve"/></references>
        <pkglist><collection short="al"><name>Amazon Linux 2023</name>
        <package name="openssl-libs" version="3.0.8" release="1" epoch="1" arch="x86_64"/></collection></pkglist>
        </update><update/></updates>
        """
    private static let record = #"{"schema_version": "1.7.0", "id": "USN-1-1", "published": "2026-01-01T00:00:00Z"}"#

    @Test("Files, folders and addresses are imported, listed and shown; what is not new is told")
    func wholeWay() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { folder in
            let ending = try await Ringmaster.serving(data: folder + "/data", database) { server in
                try await importFile(folder, server)
                try await importFolder(folder, server)
                try await importAddress(server)
                try await look(server)
                try await judgeCases(folder, server)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    // MARK: - Steps

    private func importFile(_ folder: String, _ server: RunningServer) async throws {
        let path = folder + "/updateinfo.xml"
        try Self.feed.write(toFile: path, atomically: false, encoding: .utf8)
        let first = try await run(["import", path, "--as", "ana"], server)
        #expect(first.status == .exited(0), "\(first.errors)")
        #expect(first.output.contains("entries    1: 1 new, 0 changed\n"), "\(first.output)")
        #expect(first.output.contains("malformed  1, skipped\n"), "\(first.output)")
        let again = try await run(["import", path, "--as", "ana"], server)
        #expect(again.status == .exited(0))
        #expect(again.output.hasPrefix("feed updateinfo: nothing new since import 1 of 20"), "\(again.output)")
        try String(Self.feed.dropLast(20)).write(toFile: path, atomically: false, encoding: .utf8)
        let refused = try await run(["import", path, "--as", "ana"], server)
        #expect(refused.status == .exited(4))
        #expect(refused.errors.contains("nothing of it counts [malformed-feed]"), "\(refused.errors)")
        let missing = try await run(["import", folder + "/none.xml", "--as", "ana"], server)
        #expect(missing.status == .exited(66))
        #expect(missing.errors.contains("No such file or directory"), "\(missing.errors)")
    }

    private func importFolder(_ folder: String, _ server: RunningServer) async throws {
        let path = folder + "/usn"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.record.write(toFile: path + "/a.json", atomically: false, encoding: .utf8)
        try "{".write(toFile: path + "/b.json", atomically: false, encoding: .utf8)
        let imported = try await run(["import", path, "--as", "ana"], server)
        #expect(imported.status == .exited(0), "\(imported.errors)")
        #expect(imported.output.contains("format     ubuntu-osv\n"), "\(imported.output)")
        #expect(imported.output.contains("skipped    b.json: "), "\(imported.output)")
    }

    private func importAddress(_ server: RunningServer) async throws {
        let router = Router()
        let kev = #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1001"}]}"#
        router.get("kev.json") { request, _ -> Response in
            let headers: HTTPFields = [.eTag: "\"v1\""]
            guard request.headers[.ifNoneMatch] != "\"v1\"" else {
                return Response(status: .notModified, headers: headers)
            }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: .init(string: kev)))
        }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { web in
                let url = "http://127.0.0.1:\(try #require(web.port))"
                let first = try await run(["import", url + "/kev.json", "--as", "ana", "-o", "json"], server)
                #expect(first.status == .exited(0), "\(first.errors)")
                let imported = try decode(AdvisoriesImported.self, first.output)
                #expect(!imported.isUnchanged)
                #expect(imported.lastImport.feed == "kev")
                #expect(imported.lastImport.fact.etag == "\"v1\"")
                let again = try await run(["import", url + "/kev.json", "--as", "ana", "-o", "json"], server)
                #expect(again.status == .exited(0), "\(again.errors)")
                #expect(try decode(AdvisoriesImported.self, again.output).isUnchanged)
                let missing = try await run(["import", url + "/none.json", "--as", "ana"], server)
                #expect(missing.status == .exited(69))
                #expect(missing.errors.contains("HTTP status 404"), "\(missing.errors)")
            }
    }

    private func look(_ server: RunningServer) async throws {
        let list = try await run(["ls", "--cve", "CVE-2026-1001"], server)
        #expect(
            list.output == """
                ADVISORY  SOURCE        SEVERITY  KIND      RELEASED    KEV  EPSS  CVES  TITLE
                ALAS-1    amazon-linux  high      security  2026-02-17  yes           1  openssl

                """
        )
        let shown = try await run(["show", "ALAS-1"], server)
        #expect(shown.output.contains("cve       CVE-2026-1001, known to be exploited\n"), "\(shown.output)")
        #expect(shown.output.contains("1:3.0.8-1\n"), "\(shown.output)")
        let impact = try await run(["impact", "CVE-2026-1001"], server)
        #expect(impact.output == "0 of 0 nodes lack a fix.\n", "\(impact.errors)")
        let unknown = try await run(["show", "ALAS-2"], server)
        #expect(unknown.status == .exited(4))
        let imports = try await run(["imports", "-o", "json"], server)
        let items = try decode(Listing<AdvisoryImportView>.self, imports.output).items
        #expect(items.map(\.feed) == ["kev", "usn", "updateinfo"])
    }

    /// A policy's cases of advisories, by feeds and by what was imported.
    private func judgeCases(_ folder: String, _ server: RunningServer) async throws {
        let (policy, feed) = (folder + "/policy", folder + "/feed.xml")
        try FileManager.default.createDirectory(atPath: policy, withIntermediateDirectories: true)
        try Self.cases.write(toFile: policy + "/cases.yaml", atomically: false, encoding: .utf8)
        try Self.feed.write(toFile: feed, atomically: false, encoding: .utf8)
        let offline = try await Ringmaster.run("policy", "test", policy, "--advisories", feed)
        #expect(offline.status == .exited(1))
        let known = "waiting until 2026-02-24 by rule 1"
        let lines = [
            "\(policy)/cases.yaml:8:5: on 2026-02-23 openssl-libs of ALAS-1 for g: expected approved, but one says: \(known)",
            "\(policy)/cases.yaml:9:5: on 2026-02-24 ALAS-2 for g: nothing is known of it; name the feed that has it",
            "1 of 3 cases hold", "",
        ]
        #expect(offline.output == lines.joined(separator: "\n"), "\(offline.errors)")
        let place = ["--server", server.url, "--token-file", server.data + "/operator.token"]
        let imported = try await Ringmaster.run(["policy", "test", policy] + place)
        #expect(imported.output == offline.output, "\(imported.errors)")
    }

    private static let cases = """
        baselines:
          - name: one
            os: AMAZON_LINUX_2023
            patch-groups: [g]
            rules: [{ severity: Important, after: 7d }]
        tests:
          - { on: 2026-02-24, for: g, os: AMAZON_LINUX_2023, advisory: CVE-2026-1001, is: approved }
          - { on: 2026-02-23, for: g, os: AMAZON_LINUX_2023, advisory: ALAS-1, is: approved }
          - { on: 2026-02-24, for: g, os: AMAZON_LINUX_2023, advisory: ALAS-2, is: approved }
        """

    private func run(_ arguments: [String], _ server: RunningServer) async throws -> Ringmaster.Ending {
        let place = ["--server", server.url, "--token-file", server.data + "/operator.token"]
        return try await Ringmaster.run(["advisory"] + arguments + place)
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
