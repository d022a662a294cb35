import Domain
import Foundation

/// What Debian's security tracker says of one vulnerability in one source package.
struct TrackerRecord: Decodable {
    private let description: String?
    private let releases: [String: Release]

    private struct Release: Decodable {
        let status: String
        let fixed_version: String?
        let urgency: String?
    }

    static func item(_ entry: JSONEntryScanner.Entry, _ bytes: Data) throws -> FeedItem {
        let record = try JSONDecoder().decode(Self.self, from: bytes)
        let package = try FeedText.token(entry.keys.first, "the package's name")
        return .advisory(try record.advisory(package, try FeedText.token(entry.keys.last, "the vulnerability's id")))
    }

    /// The tracker has no dates: its records rate the CVEs of the DSA, which have.
    private func advisory(_ package: String, _ vulnerability: String) throws(Flaw) -> Advisory {
        Advisory(
            id: "\(package)/\(vulnerability)",
            source: .debian,
            title: FeedText.line(description?.isEmpty == false ? description : "\(vulnerability) in \(package)"),
            classification: "security",
            severityWord: releases.keys.sorted().compactMap { releases[$0]?.urgency }
                .map { FeedText.line($0, bytes: 80) }.worstSeverity(.security),
            cves: CVE(vulnerability).map { [$0] } ?? [],
            fixes: try fixes(of: package),
            link: FeedText.link("https://security-tracker.debian.org/tracker/\(vulnerability)")
        )
    }

    private func fixes(of package: String) throws(Flaw) -> [FixedPackage] {
        guard releases.count <= FeedLimits.fixes else { throw Flaw("it has more than \(FeedLimits.fixes) releases") }
        var fixes: [FixedPackage] = []
        for (codename, release) in releases where release.status == "resolved" {
            // Version 0 says that the release never had the vulnerability.
            guard let fixed = release.fixed_version, fixed != "0" else { continue }
            fixes.append(
                FixedPackage(
                    product: try FeedText.token(codename, "a release's name"),
                    name: package,
                    version: try FeedText.token(fixed, "the fixed version"),
                    isSource: true
                )
            )
        }
        return fixes
    }
}
