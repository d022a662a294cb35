package import ReadModels
import Time

/// The advisories as `advisory ls` lists them.
package struct AdvisoryTable: Tabular {
    private let advisories: [AdvisorySummary]

    package init(_ advisories: [AdvisorySummary]) { self.advisories = advisories }

    package var emptyText: String { "No advisory fits; `ringmaster advisory imports` tells what was imported." }

    package var table: Table {
        var table = Table([
            .init("ADVISORY", importance: 9, isWhole: true),
            .init("SOURCE", importance: 3),
            .init("SEVERITY", importance: 7, isWhole: true),
            .init("KIND", importance: 2),
            .init("RELEASED", importance: 6, isWhole: true),
            .init("KEV", importance: 8, isWhole: true),
            .init("EPSS", importance: 4, alignment: .right),
            .init("CVES", importance: 1, alignment: .right),
            .init("TITLE", importance: 5),
        ])
        for advisory in advisories {
            table.append([
                .init(advisory.id),
                .init(advisory.source),
                .init(advisory.severity, tone: .ofSeverity(advisory.severity)),
                .init(advisory.kind),
                .init(advisory.releasedAt.map { String($0.description.prefix(10)) } ?? "-"),
                .init(advisory.isKnownExploited ? "yes" : "", tone: .bad),
                .init(advisory.exploitProbability.map(Self.percentage) ?? ""),
                "\(advisory.cves.count)",
                .init(advisory.isWithdrawn ? "(withdrawn) \(advisory.title)" : advisory.title),
            ])
        }
        return table
    }

    /// A probability with one decimal, such as `43.7%`.
    package static func percentage(_ probability: Double) -> String {
        "\((probability * 1_000).rounded() / 10)%"
    }
}

extension Tone {
    /// The tone of a severity on our scale.
    static func ofSeverity(_ severity: String) -> Self {
        switch severity {
        case "critical": .bad
        case "high": .warning
        case "low", "negligible": .faint
        default: .plain
        }
    }
}
