import Domain
import Foundation
import Testing

@testable import Advisories

@Suite("Feeds as a whole")
struct FeedTests {
    private static let feeds: [(format: AdvisoryFeed.Format, text: String)] = [
        (.updateinfo, UpdateinfoTests.feed(UpdateinfoTests.update())), (.ubuntuOSV, UbuntuTests.notice()),
        (.msrcCVRF, MicrosoftTests.document(MicrosoftTests.vulnerability(fixes: ""))), (.csaf, MicrosoftTests.csaf()),
        (.debianTracker, #"{"sope": {"CVE-2026-53603": {"releases": {"sid": {"status": "open"}}}}}"#),
        (.debianList, "[31 Jul 2026] DSA-5970-1 sope - security update\n"),
        (.knownExploited, #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1001"}]}"#),
        (.exploitProbabilities, "cve,epss,percentile\nCVE-2026-1001,0.5,0.5\n"),
    ]

    @Test("The format shows in the content", arguments: feeds)
    func detection(format: AdvisoryFeed.Format, text: String) throws {
        #expect(try TestFeed(text).read().summary == FeedSummary(format: format, entryCount: 1, malformedCount: 0))
    }

    @Test("Each format was tried")
    func allFormats() { #expect(Set(Self.feeds.map(\.format)) == Set(AdvisoryFeed.Format.allCases)) }

    @Test(
        "What is of no known format is refused",
        arguments: ["", "hello", "<html/>", "{}", "[]", "[x] y", "null", "c", "#x"]
    )
    func unknown(text: String) throws {
        #expect(try refusal(text).reason.contains("of no format that is known (updateinfo, ubuntu-osv,"))
    }

    @Test("A feed that ends anywhere but at its end is refused, as far as its format can tell", arguments: feeds)
    func truncated(format: AdvisoryFeed.Format, text: String) throws {
        // A list of lines may end after any of them, and in one.
        guard format != .debianList, format != .exploitProbabilities else { return }
        let bytes = Array(text.utf8)
        let whole = bytes.lastIndex { !$0.isWhitespace } ?? 0
        for end in stride(from: 0, through: whole, by: 7) {
            let feed = try TestFeed(Data(bytes[..<end]))
            #expect(throws: FeedError.self, "\(end) bytes") { try feed.read(as: format) }
        }
    }

    @Test("Whatever is changed in a feed, it is read or refused", arguments: feeds)
    func changed(format: AdvisoryFeed.Format, text: String) throws {
        for seed in UInt64(1)...40 {
            var random = SplitMix64(seed: seed)
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let end = Int.random(in: index..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1 where end - index < bytes.count / 4: bytes.removeSubrange(index..<end)
                case 2: bytes.insert(contentsOf: bytes[index..<end], at: index)
                default: bytes.insert("<>{}[]\",:0\n".utf8.randomElement(using: &random) ?? 0, at: index)
                }
            }
            let feed = try TestFeed(Data(bytes))
            do {
                _ = try feed.read(as: format)
            } catch let error {
                #expect(error is FeedError, "seed \(seed)")
            }
        }
    }

    @Test("A feed of another format is refused", arguments: feeds)
    func foreign(format: AdvisoryFeed.Format, text: String) throws {
        for other in AdvisoryFeed.Format.allCases where other != format {
            #expect(throws: FeedError.self, "\(format) as \(other)") { try TestFeed(text).read(as: other) }
        }
    }

    @Test("An error says what was wrong with which feed, where, and what to do")
    func message() throws {
        let feed = try TestFeed("<updates>\n<update></updates>")
        let error = #expect(throws: FeedError.self) { try feed.read() }
        let text = "cannot import \(feed.path): line 2: it is no well-formed XML, or it is truncated: get it again"
        #expect(error?.description.hasPrefix(text) == true, "\(String(describing: error))")
        #expect(error?.description.hasSuffix("; nothing of it counts") == true)
        let missing = AdvisoryFeed(path: feed.path + ".none")
        #expect(throws: FeedError.self) { try missing.read { _ in } }
    }

    @Test("Whoever takes the entries may end the reading, in every format", arguments: feeds)
    func ended(format: AdvisoryFeed.Format, text: String) throws {
        struct Enough: Error {}
        let feed = try TestFeed(text)
        #expect(throws: Enough.self) {
            try AdvisoryFeed(path: feed.path, format: format).read { _ in throw Enough() }
        }
    }

    @Test("gzip is read as it is, also in several members; what is damaged or cut off is refused")
    func gzip() throws {
        let head = try #require(
            Data(
                base64Encoded: "H4sIAAAAAAACA1POzU9JzYkvSy0qzszPsyozMjAy0zMwBCKd4uT8otT4lMSSVCuQqK6hoa6RQYiBgRUYa"
                    + "RsAAVdyWapOakFxsU5BalFyal5JZk4qFwD55Ja5UwAAAA=="
            )
        )
        let rows = try #require(
            Data(
                base64Encoded: "H4sIAAAAAAACA3MOc9U1MjAy0zU0MDDUMdAzBWJLSy5nJGEjoBBE0ogLAO8/ZicvAAAA"
            )
        )
        let whole = try TestFeed(head + rows).read()
        #expect(whole.summary == FeedSummary(format: .exploitProbabilities, entryCount: 2, malformedCount: 0))
        for end in 2..<rows.count {
            let feed = try TestFeed(head + rows[..<end])
            #expect(throws: FeedError.self, "\(end) bytes of the second member") { try feed.read() }
        }
        var damaged = head + rows
        damaged[head.count + 20] ^= 0x40
        let feed = try TestFeed(damaged)
        #expect(throws: FeedError.self) { try feed.read() }
    }

    @Test("Other compressions are told apart, with the tool that unpacks them")
    func compressions() throws {
        for (magic, word) in [
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz -d"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd -d"),
            ([0x42, 0x5a, 0x68], "bzip2 -d"), ([0x50, 0x4b, 3, 4], "unzip"),
        ] as [([UInt8], String)] {
            let feed = try TestFeed(Data(magic + [0, 0, 0]))
            let error = #expect(throws: FeedError.self) { try feed.read() }
            #expect(error?.reason.contains("unpack it first (\(word))") == true)
        }
    }

    @Test("A folder is read file by file, subfolders too; a file that is no use is reported and the others are read")
    func folder() throws {
        let feed = try TestFeed(folder: [
            "usn/b.json": UbuntuTests.notice(), "cve/2026/a.json": UbuntuTests.record("5054"), "README.md": "hello",
            "usn/broken.json": #"{"schema_version": "1.7.0", "id": "USN-1-1""#,
            "usn/c.json": #"{"id": 5, "schema_version": 1}"#,
            "usn/d.json": "hello",
        ])
        let read = try feed.read()
        #expect(
            read.items.map { $0.advisory?.id ?? $0.malformed?.place.prefix { $0 != ":" }.description } == [
                "UBUNTU-CVE-2026-5054", "USN-7545-1", "usn/broken.json", "usn/c.json", "usn/d.json",
            ]
        )
        #expect(read.summary == FeedSummary(format: .ubuntuOSV, entryCount: 2, malformedCount: 3))
    }

    @Test("A folder without a record is refused, and one of a format that is one file")
    func uselessFolders() throws {
        let empty = try TestFeed(folder: ["README.md": "hello"])
        #expect(throws: FeedError.self) { try empty.read() }
        let list = try TestFeed(folder: ["a.json": Self.feeds[6].text])
        #expect(throws: FeedError.self) { try list.read() }
    }
}

extension UInt8 {
    fileprivate var isWhitespace: Bool { [0x20, 0x0a, 0x0d, 0x09].contains(self) }
}
