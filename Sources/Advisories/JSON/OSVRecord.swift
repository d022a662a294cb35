import Domain
import Foundation

/// A record of Canonical's in the OSV format, as far as it is read (schema 1.6 and 1.7).
struct OSVRecord: Decodable {
    private let id: String
    private let summary: String?
    private let details: String?
    private let published: String?
    private let modified: String?
    private let withdrawn: String?
    private let aliases: [String]?
    private let related: [String]?
    private let upstream: [String]?
    private let severity: [Severity]?
    private let affected: [Affected]?
    private let references: [Reference]?

    private struct Severity: Decodable {
        let type: String
        let score: String
    }

    private struct Reference: Decodable {
        let type: String
        let url: String
    }

    private struct Affected: Decodable {
        let package: Package
        let ranges: [Range]?
        let ecosystem_specific: Specifics?

        struct Package: Decodable {
            let ecosystem: String
            let name: String
        }

        struct Range: Decodable {
            let events: [[String: String]]
        }

        struct Specifics: Decodable {
            let binaries: [Binary]?
            let ubuntu_priority: String?
        }

        struct Binary: Decodable {
            let binary_name: String
            let binary_version: String
        }
    }

    static func item(_ entry: JSONEntryScanner.Entry, _ bytes: Data) throws -> FeedItem {
        .advisory(try JSONDecoder().decode(Self.self, from: bytes).advisory())
    }

    private func advisory() throws(Flaw) -> Advisory {
        let id = try FeedText.token(id, "its id")
        guard ["USN-", "LSN-", "UBUNTU-CVE-"].contains(where: id.hasPrefix) else {
            throw Flaw("\(id) is no record of Ubuntu's")
        }
        let link = references?.first { $0.type == "ADVISORY" } ?? references?.first
        return Advisory(
            id: id,
            source: .ubuntu,
            title: FeedText.line([summary, details, id].lazy.compactMap(\.self).first { !$0.isEmpty }),
            classification: "security",
            severityWord: severityWord,
            // Where the CVEs are linked moved from `related` to `upstream` with schema 1.7; a CVE's own record names it too.
            cves: try FeedText.cves(
                ([related, upstream, aliases].compactMap(\.self).flatMap(\.self) + [id]).map(Self.withoutPrefix)
            ),
            issued: FeedText.date(published),
            updated: FeedText.date(modified),
            fixes: try fixes(),
            isWithdrawn: FeedText.date(withdrawn) != nil,
            link: FeedText.link(link?.url)
        )
    }

    // MARK: - Steps

    private static func withoutPrefix(_ id: String) -> String {
        id.hasPrefix("UBUNTU-") ? String(id.dropFirst("UBUNTU-".count)) : id
    }

    /// Canonical's priority; a CVSS score is not its judgement.
    private var severityWord: String {
        let own = severity?.filter { $0.type == "Ubuntu" }.map(\.score) ?? []
        let priorities = affected?.compactMap { $0.ecosystem_specific?.ubuntu_priority } ?? []
        return (own + priorities).map { FeedText.line($0, bytes: 80) }.worstSeverity(.security)
    }

    /// Binary packages where the record lists them, else the source package.
    private func fixes() throws(Flaw) -> [FixedPackage] {
        var fixes: [FixedPackage] = []
        for affected in affected ?? [] {
            let fixed = (affected.ranges ?? []).flatMap(\.events).compactMap { $0["fixed"] }
            let product = FeedText.line(affected.package.ecosystem, bytes: 200)
            // What is not fixed lists its binary packages all the same.
            guard !fixed.isEmpty else { continue }
            let binaries = affected.ecosystem_specific?.binaries ?? []
            for binary in binaries {
                let name = try FeedText.token(binary.binary_name, "a binary package's name")
                let version = try FeedText.token(binary.binary_version, "the version of \(name)")
                fixes.append(FixedPackage(product: product, name: name, version: version))
            }
            if binaries.isEmpty {
                let name = try FeedText.token(affected.package.name, "a package's name")
                for version in fixed {
                    let version = try FeedText.token(version, "the version of \(name)")
                    fixes.append(FixedPackage(product: product, name: name, version: version, isSource: true))
                }
            }
            guard fixes.count <= FeedLimits.fixes else {
                throw Flaw("it fixes more than \(FeedLimits.fixes) packages")
            }
        }
        return fixes
    }
}
