import Domain
import ReadModels
import Time

/// What vendors published lately.
struct AdvisoriesPage: Sendable {
    struct Line: Sendable {
        var id: String
        var address: String
        var source: String
        var title: String
        var kind: String
        var badge: StateBadge
        var released: String
        var cves: String
        var isKnownExploited: Bool
        var probability: String
        var isWithdrawn: Bool

        init(_ advisory: AdvisorySummary) {
            id = advisory.id
            address = WebAddress("advisories", advisory.source, advisory.id).text
            source = advisory.source
            title = advisory.title
            kind = advisory.kind
            badge = SeverityBadge.of(advisory.severity)
            released = advisory.releasedAt.map { String("\($0)".prefix(10)) } ?? ""
            let more = advisory.cves.count > 3 ? " and \(advisory.cves.count - 3) more" : ""
            cves = advisory.cves.prefix(3).joined(separator: " ") + more
            isKnownExploited = advisory.isKnownExploited
            probability = advisory.exploitProbability.map(SeverityBadge.percent) ?? ""
            isWithdrawn = advisory.isWithdrawn
        }
    }

    static let count = 100

    var frame: Frame
    var cve: String
    var package: String
    var lines: [Line]
    var hasLines: Bool
    var next: String?
}

/// One advisory: what it says, how likely it is used, and which nodes lack its fix.
struct AdvisoryPage: Sendable {
    struct Version: Sendable {
        var digest: String
        var imported: String
        var isCurrent: Bool
    }

    struct Affected: Sendable {
        var name: String
        var address: String
        var place: String
        var package: String
        var badge: StateBadge
        var due: String
        var forecast: String
    }

    struct Threat: Sendable {
        var cve: String
        var text: String
    }

    /// Nodes that are looked at for one page.
    static let nodesAtOnce = 1_000
    /// Rows of one page, which ends before the node whose rows would be more.
    static let mostAffected = 100

    var frame: Frame
    var id: String
    var source: String
    var title: String
    var badge: StateBadge
    var released: String
    var cves: String
    var threats: [Threat]
    var versions: [Version]
    var affected: [Affected]
    var hasAffected: Bool
    var affectedSentence: String
    var next: String?

    init(_ view: AdvisoryView, _ impact: ImpactPage, for visit: Visit) {
        let advisory = view.advisory
        frame = Frame(advisory.id, at: .advisories, of: visit)
        id = advisory.id
        source = advisory.source.rawValue
        title = advisory.title
        badge = SeverityBadge.of(view.severity)
        released = advisory.releasedAt.map { TimeText.utc($0) } ?? "the vendor gives no date"
        cves = advisory.cves.map(\.description).joined(separator: " ")
        threats =
            view.knownExploited.map {
                Threat(cve: "\($0.cve)", text: "in CISA's catalogue of those that are exploited")
            }
            + view.exploitProbabilities.map {
                Threat(cve: "\($0.cve)", text: "\(SeverityBadge.percent($0.probability)) within 30 days, by EPSS")
            }
        versions = view.versions.map {
            Version(digest: Figures.short($0.digest), imported: TimeText.utc($0.importedAt), isCurrent: $0.isCurrent)
        }
        affected = impact.items.map { Affected($0, at: visit.now) }
        hasAffected = !affected.isEmpty
        let rest =
            impact.next == nil
            ? "" : " Others follow; `ringmaster advisory impact \(advisory.id) -o csv` lists all of them."
        affectedSentence =
            "\(Figures.count(impact.items.count, "package")) of \(Figures.count(impact.judged, "node")) \(impact.items.count == 1 ? "lacks" : "lack") the fix; "
            + "\(Figures.count(impact.unjudged, "node")) cannot be judged.\(rest)"
        next = impact.next.map { WebAddress("advisories", source, id).with("after", $0).text }
    }
}

extension AdvisoryPage.Affected {
    fileprivate init(_ item: ImpactView, at now: Timestamp) {
        name = item.name
        address = WebAddress("nodes", item.node).text
        place = "\(item.site) / \(item.patchGroup)"
        package = "\(item.package) \(item.installedVersion)" + (item.fixedVersion.map { " → \($0)" } ?? "")
        badge = StateBadge(item.state)
        due = item.dueAt.map { TimeText.distance($0, from: now) } ?? "no limit"
        forecast = item.forecast
    }
}

/// Severities and probabilities in words.
enum SeverityBadge {
    static func of(_ severity: String) -> StateBadge {
        var badge = StateBadge(severity)
        badge.tone = severity == "critical" ? "bad" : severity == "high" ? "warn" : "calm"
        return badge
    }

    /// Of a number from 0 to 1, such as `4.2 %`.
    static func percent(_ part: Double) -> String {
        let tenths = Int((min(max(part, 0), 1) * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
