import Domain
import Foundation
import Testing

@testable import Advisories

@Suite("Folders as one file, and feeds in batches")
struct SequenceTests {
    private static let files = [
        "usn/b.json": UbuntuTests.notice(), "cve/2026/a.json": UbuntuTests.record("5054"), "README.md": "hello",
        "usn/broken.json": #"{"schema_version": "1.7.0", "id": "USN-1-1""#, "usn/d.json": "hello",
        "usn/c.json": UbuntuTests.record("5055") + "\n\n",
    ]

    @Test("A folder that is written as one file is read as the folder is, with the records' numbers for their names")
    func sequence() async throws {
        let folder = try TestFeed(folder: Self.files)
        let file = try TestFeed("")
        let names = try await AdvisoryFeed(path: folder.path).writeSequence(to: file.path)
        #expect(names == ["cve/2026/a.json", "usn/b.json", "usn/broken.json", "usn/c.json", "usn/d.json"])
        let (whole, sent) = (try folder.read(), try file.read())
        #expect(sent.summary == whole.summary)
        #expect(sent.items.compactMap(\.advisory) == whole.items.compactMap(\.advisory))
        #expect(sent.items.compactMap(\.malformed?.reason) == whole.items.compactMap(\.malformed?.reason))
        let places = sent.items.compactMap(\.malformed?.place)
        #expect(places.map { $0.prefix { $0 != ":" } } == ["record 3", "record 5"])
    }

    @Test("What is compressed in a folder is written uncompressed, as far as it goes")
    func compressed() async throws {
        let folder = try TestFeed(folder: ["a.json": UbuntuTests.notice()])
        // gzip of `{}` without its end.
        let gzip = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 0x05, 0x00])
        try gzip.write(to: URL(filePath: folder.path + "/b.json.gz"))
        let file = try TestFeed("")
        let names = try await AdvisoryFeed(path: folder.path).writeSequence(to: file.path)
        #expect(names == ["a.json", "b.json.gz"])
        let read = try file.read()
        #expect(read.summary == FeedSummary(format: .ubuntuOSV, entryCount: 1, malformedCount: 1))
    }

    @Test("A sequence whose last record is cut off is refused, and so is one without a record")
    func truncated() throws {
        let text = "\u{1e}\(UbuntuTests.notice())\n\u{1e}\(UbuntuTests.record("5054"))\n"
        #expect(try TestFeed(text).read().summary.entryCount == 2)
        #expect(try refusal(String(text.dropLast())).reason.contains("cut off"))
        #expect(try refusal(String(text.dropLast(20))).reason.contains("cut off"))
        #expect(throws: FeedError.self) { try TestFeed("\u{1e}\u{1e}\n").read() }
    }

    @Test("A sequence of what is one file is refused, and one that is said to be of another format")
    func unfit() throws {
        let kev = #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1001"}]}"#
        #expect(try refusal("\u{1e}\(kev)\n").reason.contains("no record of a format that is known"))
        #expect(throws: FeedError.self) { try TestFeed("\u{1e}\(UbuntuTests.notice())\n").read(as: .csaf) }
    }

    @Test("A folder without records makes no sequence")
    func empty() async throws {
        let folder = try TestFeed(folder: ["README.md": "hello"])
        let file = try TestFeed("")
        await #expect(throws: FeedError.self) { try await AdvisoryFeed(path: folder.path).writeSequence(to: file.path) }
    }

    @Test("Batches hold every entry, in order, and none is large")
    func batches() async throws {
        let lines = (0..<5_001).map { "CVE-2026-\(10_000 + $0),0.5,0.5\n" }.joined()
        let feed = try TestFeed("cve,epss,percentile\n" + lines)
        var (items, largest) = ([FeedItem](), 0)
        let summary = try await AdvisoryFeed(path: feed.path).readBatches { batch in
            items += batch
            largest = max(largest, batch.count)
        }
        #expect(try feed.read().items == items)
        #expect(summary.entryCount == 5_001)
        #expect(largest <= 2_000)
    }

    @Test("Whoever takes the batches may end the reading")
    func ended() async throws {
        struct Enough: Error {}
        let lines = (0..<9_000).map { "CVE-2026-\(10_000 + $0),0.5,0.5\n" }.joined()
        let feed = try TestFeed("cve,epss,percentile\n" + lines)
        var batches = 0
        await #expect(throws: Enough.self) {
            try await AdvisoryFeed(path: feed.path).readBatches { _ in
                batches += 1
                throw Enough()
            }
        }
        #expect(batches == 1)
    }

    @Test("A task that is cancelled ends the reading")
    func cancelled() async throws {
        let lines = (0..<9_000).map { "CVE-2026-\(10_000 + $0),0.5,0.5\n" }.joined()
        let feed = try TestFeed("cve,epss,percentile\n" + lines)
        let path = feed.path
        let reading = Task {
            try await AdvisoryFeed(path: path).readBatches { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test("A feed that is no use throws from the batches too")
    func malformed() async throws {
        let feed = try TestFeed("<updates>\n<update></updates>")
        await #expect(throws: FeedError.self) { try await AdvisoryFeed(path: feed.path).readBatches { _ in } }
    }

    @Test("The raw bytes come as they are")
    func raw() async throws {
        let bytes = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let feed = try TestFeed(bytes)
        var read: [[UInt8]] = []
        try await AdvisoryFeed(path: feed.path).rawChunks { read.append($0) }
        #expect(read.map(\.count) == [1 << 20, 1 << 20, 2_500_000 - (2 << 20)])
        #expect(Data(read.joined()) == bytes)
    }
}
