import Domain
import Foundation
import Testing

@testable import Advisories

private let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/samples/advisories").path

/// Real feeds, which stand beside the project where they may be had; they may not be shipped with it.
@Suite(
    "Real feeds",
    .enabled(if: FileManager.default.fileExists(atPath: samples), "the samples are not here")
)
struct SampleTests {
    private static func read(_ name: String) throws -> (items: [FeedItem], summary: FeedSummary) {
        var items: [FeedItem] = []
        let summary = try AdvisoryFeed(path: "\(samples)/\(name)").read { items.append($0) }
        return (items, summary)
    }

    @Test(
        "They are read whole, and nothing in them is malformed",
        arguments: [
            ("updateinfo-AL2023.xml", AdvisoryFeed.Format.updateinfo, 1),
            ("updateinfo-AL2023-core.xml", .updateinfo, 1),
            ("updateinfo-AL2023-kernel-livepatch.xml", .updateinfo, 1), ("updateinfo-AL2.xml", .updateinfo, 2),
            ("updateinfo-fedora43.xml", .updateinfo, 1), ("ubuntu-osv", .ubuntuOSV, 3),
            ("ubuntu-osv-USN-7545-1.jammy-trimmed.json", .ubuntuOSV, 1),
            ("ubuntu-osv-UBUNTU-CVE-2015-0211.json", .ubuntuOSV, 1), ("debian-DSA.txt", .debianList, 10),
            ("debian-tracker-DSA-list.txt", .debianList, 1), ("debian-tracker-api.json", .debianTracker, 4),
            ("msrc-cvrf-2016-Apr.trimmed", .msrcCVRF, 1), ("msrc-cvrf-2024-Mar.trimmed", .msrcCVRF, 1),
            ("msrc-csaf-cve-2025-29806.json", .csaf, 1), ("csaf-rhsa-2024_6163.json", .csaf, 1),
            ("kev-full-2025-08-25.json", .knownExploited, 1_404), ("kev-3-entries.json", .knownExploited, 3),
            ("kev-2-entries.json", .knownExploited, 1), ("epss-example-1.csv", .exploitProbabilities, 5),
            ("epss_scores-2023-03-07.csv", .exploitProbabilities, 2),
        ]
    )
    func whole(name: String, format: AdvisoryFeed.Format, count: Int) throws {
        let read = try Self.read(name)
        #expect(
            read.summary == FeedSummary(format: format, entryCount: count, malformedCount: 0),
            "\(read.items.first.debugDescription)"
        )
        for advisory in read.items.compactMap(\.advisory) {
            let stored = try JSONDecoder().decode(Advisory.self, from: Data(advisory.canonicalBytes))
            #expect(stored == advisory)
        }
    }

    @Test("A record of the tracker with a list for its releases is malformed, the others are read")
    func listOfReleases() throws {
        let read = try Self.read("debian-security-tracker.json")
        #expect(read.summary == FeedSummary(format: .debianTracker, entryCount: 6, malformedCount: 1))
        let malformed = try #require(read.items.compactMap(\.malformed).first)
        #expect(malformed.place.hasSuffix(", chromium-browser/CVE-2022-0358"))
        #expect(malformed.reason == "releases is of the wrong type")
    }

    @Test("Other documents are refused", arguments: ["msrc-vex-cve-2025-26465.json", "cvrf-suse-su-2018-1784-1.xml"])
    func others(name: String) {
        #expect(throws: FeedError.self) { try Self.read(name) }
    }

    @Test("The two forms of one advisory's dates mean the same")
    func datesWithoutSeconds() throws {
        let short = try #require(try Self.read("updateinfo-AL2023.xml").items.first?.advisory)
        let long = try #require(try Self.read("updateinfo-AL2023-core.xml").items.first?.advisory)
        #expect(short.issued != nil)
        #expect(short == long)
    }

    @Test(
        "Their products are releases of hosts",
        arguments: [
            ("updateinfo-AL2023.xml", ["amzn 2023"]), ("updateinfo-AL2023-kernel-livepatch.xml", ["amzn 2023"]),
            ("updateinfo-AL2.xml", ["amzn 2"]), ("updateinfo-fedora43.xml", ["fedora 43"]),
            ("ubuntu-osv-USN-7545-1.jammy-trimmed.json", ["ubuntu 22.04"]),
            ("csaf-rhsa-2024_6163.json", ["rhel 9"]),
        ]
    )
    func releases(name: String, expected: [String]) throws {
        let advisories = try Self.read(name).items.compactMap(\.advisory)
        let releases = advisories.flatMap { advisory in
            advisory.fixes.compactMap { SystemRelease(product: $0.product, of: advisory.source)?.description }
        }
        #expect(Set(releases).sorted() == expected)
    }

    @Test("A notice of a kernel is open on a host with the kernel before it, and closed by a later one")
    func kernel() throws {
        let advisories = try Self.read("ubuntu-osv").items.compactMap(\.advisory)
        let index = AdvisoryIndex(advisories.map { AdvisoryVersion($0, digest: "") })
        func open(_ names: [String: String]) -> [String]? {
            let packages = names.map { name, version in
                PackageSet.Package(patch: Patch(name: name, architecture: "amd64", version: version))
            }
            let release = SystemRelease(platform: "ubuntu", version: "22.04")
            return index.findings(for: PackageSet(release: release, packages: packages))?.map {
                "\($0.advisory.id) \($0.package.name) \($0.fixedVersion ?? "")"
            }
        }
        let old = ["linux-headers-6.8.0-1016-nvidia": "6.8.0-1016.17~22.04.1"]
        #expect(open(old) == ["USN-7095-1 linux-headers-6.8.0-1016-nvidia 6.8.0-1017.19~22.04.1"])
        let new = ["linux-headers-6.8.0-1018-nvidia": "6.8.0-1018.20~22.04.1"]
        #expect(open(old.merging(new) { old, _ in old }) == [])
    }
}
