import Domain
import Foundation

/// An entry of CISA's catalogue of known exploited vulnerabilities.
struct CatalogueRecord: Decodable {
    private let cveID: String
    private let dateAdded: String?
    private let dueDate: String?
    private let knownRansomwareCampaignUse: String?

    static func item(_ entry: JSONEntryScanner.Entry, _ bytes: Data) throws -> FeedItem {
        let record = try JSONDecoder().decode(Self.self, from: bytes)
        guard let cve = CVE(record.cveID) else {
            throw Flaw("cveID is no CVE id: \(FeedText.line(record.cveID, bytes: 80))")
        }
        // A date that cannot be read makes nothing less exploited.
        return .knownExploited(
            KnownExploited(
                cve: cve,
                addedAt: FeedText.date(record.dateAdded),
                dueAt: FeedText.date(record.dueDate),
                isUsedByRansomware: record.knownRansomwareCampaignUse?.lowercased() == "known"
            )
        )
    }
}
