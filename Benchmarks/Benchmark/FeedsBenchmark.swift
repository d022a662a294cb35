import Advisories
import ArgumentParser
import Foundation

/// From a vendor's feed to advisories: how fast, and in how much memory.
struct FeedsBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feeds",
        abstract: "Speed and memory of reading feeds of advisories that are much larger than any real one.",
        discussion: "Writes a feed of each format into a file, and reads it entry by entry; no entry is kept."
    )

    @Option(help: "Size of each feed in MB; a CSAF document is one entry, and has 30 at most.")
    var megabytes = 300

    func run() throws {
        let figures = try MadeFeed.all.map { feed in
            let figures = try measure(feed)
            progress("\(feed.format.rawValue): \(figures.megabytesPerSecond) MB/s, \(figures.residentMiB) MiB")
            return (feed.format.rawValue, figures)
        }
        try Result(
            benchmark: "feeds",
            settings: nil,
            figures: Dictionary(uniqueKeysWithValues: figures),
            bound: "the processor: one core reads a feed"
        ).print()
    }

    private func measure(_ feed: MadeFeed) throws -> FeedFigures {
        let path = NSTemporaryDirectory() + "ringmaster-benchmark-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let megabytes = feed.format == .csaf ? min(megabytes, 30) : megabytes
        try feed.write(to: path, bytes: megabytes * 1_000_000)
        // The highest memory is counted from here on.
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        let before = ProcessID.own.residentMiB.now
        let start = ContinuousClock.now
        let summary = try AdvisoryFeed(path: path, format: feed.format).read { _ in }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard summary.malformedCount == 0 else {
            throw Incomplete(what: "\(summary.malformedCount) entries are malformed")
        }
        return FeedFigures(
            entries: summary.entryCount,
            megabytesPerSecond: (Double(megabytes) / seconds).rounded(toPlaces: 1),
            residentMiB: ProcessID.own.residentMiB.highest,
            residentMiBBefore: before
        )
    }
}

struct FeedFigures: Encodable {
    let entries: Int
    let megabytesPerSecond: Double
    let residentMiB: Int
    let residentMiBBefore: Int
}

/// A feed of any size: a beginning, entries like those of real feeds, an end.
private struct MadeFeed {
    let format: AdvisoryFeed.Format
    let start: String
    let end: String
    let separator: String
    let entry: @Sendable (Int) -> String

    func write(to path: String, bytes: Int) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw Incomplete(what: "\(path) cannot be written") }
        var (written, number, chunk) = (0, 0, start)
        while written + chunk.utf8.count < bytes {
            chunk += number == 0 ? entry(number) : separator + entry(number)
            number += 1
            guard chunk.utf8.count > 1 << 20 else { continue }
            try file.write(contentsOf: Data(chunk.utf8))
            written += chunk.utf8.count
            chunk = ""
        }
        try file.write(contentsOf: Data((chunk + end).utf8))
        try file.close()
    }

    private static let text = String(repeating: "A flaw was found in the way that a message is handled. ", count: 20)

    static let all = [
        Self(format: .updateinfo, start: "<updates>", end: "</updates>\n", separator: "\n") { number in
            let packages = (0..<50).map {
                "<package name=\"library-\($0)\" version=\"1.2\" release=\"\(number).amzn2023\" epoch=\"0\" arch=\"x86_64\">"
                    + "<filename>Packages/library-\($0)-1.2-\(number).amzn2023.x86_64.rpm</filename></package>"
            }
            return "<update status=\"final\" type=\"security\"><id>ALAS2023-2026-\(number)</id><title>Library</title>"
                + "<issued date=\"2026-02-17 20:41\"/><updated date=\"2026-02-22 23:22\"/><severity>medium</severity>"
                + "<description>\(text)</description><references><reference id=\"CVE-2026-1234\" type=\"cve\"/></references>"
                + "<pkglist><collection short=\"al\"><name>AL</name>\(packages.joined())</collection></pkglist></update>"
        },
        Self(format: .debianTracker, start: "{\"linux\": {", end: "}}\n", separator: ",\n") { number in
            let releases = ["bookworm", "bullseye", "sid", "trixie"].map {
                "\"\($0)\": {\"status\": \"resolved\", \"repositories\": {\"\($0)\": \"6.1.\(number)-1\"}, "
                    + "\"fixed_version\": \"6.1.\(number)-1\", \"urgency\": \"not yet assigned\"}"
            }
            return "\"CVE-2026-\(10_000 + number)\": {\"scope\": \"local\", \"description\": \"\(text)\", "
                + "\"releases\": {\(releases.joined(separator: ", "))}}"
        },
        Self(
            format: .knownExploited,
            start: "{\"catalogVersion\": \"1\", \"vulnerabilities\": [",
            end: "]}\n",
            separator: ",\n"
        ) { number in
            "{\"cveID\": \"CVE-2026-\(10_000 + number)\", \"dateAdded\": \"2026-08-25\", \"dueDate\": \"2026-09-15\", "
                + "\"knownRansomwareCampaignUse\": \"Known\", \"notes\": \"\(text)\"}"
        },
        Self(
            format: .exploitProbabilities,
            start: "#model_version:v2026.01.01,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n",
            end: "",
            separator: ""
        ) { number in "CVE-2026-\(10_000 + number),0.00383,0.73075\n" },
        Self(
            format: .csaf,
            start: "{\"document\": {\"category\": \"csaf_security_advisory\", \"title\": \"Kernel\", "
                + "\"publisher\": {\"namespace\": \"https://www.redhat.com\"}, \"tracking\": {\"id\": \"RHSA-2026:1\", "
                + "\"initial_release_date\": \"2026-09-03\", \"current_release_date\": \"2026-09-03\"}}, "
                + "\"product_tree\": {\"relationships\": [",
            end: "]}, \"vulnerabilities\": [{\"cve\": \"CVE-2026-1234\"}]}\n",
            separator: ",\n"
        ) { number in
            let package = "library-\(number)-0:1.2-\(number).el9.x86_64"
            return "{\"category\": \"default_component_of\", \"product_reference\": \"\(package)\", "
                + "\"relates_to_product_reference\": \"AppStream-9.4\", \"full_product_name\": {\"name\": "
                + "\"\(package) as a component of AppStream\", \"product_id\": \"AppStream-9.4:\(package)\"}}"
        },
    ]
}
