import FoundationEssentials
import Postgres
import Schema
import Testing

@Suite("The embedded schema")
struct SchemaTests {
    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/db/migrations"

    @Test("Every file of db/migrations is in the binary, in order and byte for byte")
    func embedded() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".sql") }
            .sorted()
        try #require(!files.isEmpty)
        #expect(Schema.migrations.map(\.fileName) == files)
        for (file, migration) in zip(files, Schema.migrations) {
            let text = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
            #expect(migration.sql == text, "\(file) differs")
        }
    }

    @Test("The migrations are numbered 1, 2, 3")
    func numbered() {
        #expect(Schema.migrations.map(\.number) == Array(1...Schema.migrations.count))
    }
}
