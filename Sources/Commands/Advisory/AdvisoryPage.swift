import Domain
package import ReadModels
import Time

/// One advisory as `advisory show` shows it.
package struct AdvisoryPage: Sendable {
    /// Fixes that are shown to people; machines get all.
    private static let shownFixes = 100

    private let view: AdvisoryView

    package init(_ view: AdvisoryView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        let advisory = view.advisory
        var fields = FieldList()
        fields.append("advisory", advisory.id, tone: .heading)
        fields.append("source", advisory.source.rawValue)
        fields.append("title", advisory.title)
        fields.append("withdrawn", advisory.isWithdrawn ? "yes: it says nothing any more" : nil, tone: .warning)
        fields.append("kind", advisory.kind.rawValue)
        fields.append("severity", severity, tone: .ofSeverity(view.severity))
        fields.append("released", advisory.releasedAt?.toTheSecond ?? "unknown")
        fields.append("reboot", advisory.reboot == .unstated ? nil : advisory.reboot.rawValue)
        fields.append("link", advisory.link)
        for cve in advisory.cves { fields.append("cve", describe(cve)) }
        for version in view.versions {
            let mark = version.isCurrent ? ", current" : ""
            fields.append("version", "\(version.digest), first imported \(version.importedAt.toTheSecond)\(mark)")
        }
        return fields.lines(style) + fixes(style)
    }

    // MARK: - Steps

    private var severity: String {
        let word = view.advisory.severityWord
        return word.isEmpty || word.lowercased() == view.severity ? view.severity : "\(view.severity) (\(word))"
    }

    private func describe(_ cve: CVE) -> String {
        var facts = [cve.description]
        if let entry = view.knownExploited.first(where: { $0.cve == cve }) {
            facts.append("known to be exploited" + (entry.isUsedByRansomware ? ", by ransomware too" : ""))
        }
        if let estimate = view.exploitProbabilities.first(where: { $0.cve == cve }) {
            facts.append("EPSS \(AdvisoryTable.percentage(estimate.probability))")
        }
        return facts.joined(separator: ", ")
    }

    private func fixes(_ style: OutputStyle) -> [String] {
        let fixes = view.advisory.fixes
        guard !fixes.isEmpty else { return ["", "It names no fix that a host could install."] }
        var table = Table([
            .init("PRODUCT", importance: 2),
            .init("PACKAGE", importance: 4),
            .init("ARCHITECTURE", importance: 1),
            .init("FIXED VERSION", importance: 3),
        ])
        for fix in fixes.prefix(Self.shownFixes) {
            table.append([
                .init(fix.product),
                .init(fix.isSource ? "\(fix.name) (source)" : fix.name),
                .init(fix.architecture ?? ""),
                .init(fix.version ?? "-"),
            ])
        }
        let more = fixes.count - Self.shownFixes
        return [""] + table.lines(style) + (more > 0 ? ["and \(more) more; -o json has all"] : [])
    }
}
