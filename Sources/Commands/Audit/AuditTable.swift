import Domain
package import ReadModels
import Time

/// The audit as `audit ls` lists it.
package struct AuditTable: Tabular {
    private let page: AuditPage

    package init(_ page: AuditPage) { self.page = page }

    package var emptyText: String { "Nothing was changed or denied in \(page.month)." }

    package var table: Table {
        var table = Table([
            .init("TIME", importance: 6, isWhole: true),
            .init("OUTCOME", importance: 5, isWhole: true),
            .init("WHO", importance: 7),
            .init("FROM", importance: 3),
            .init("REQUEST", importance: 4),
            .init("WHY", importance: 2),
        ])
        for view in page.entries {
            let entry = view.entry
            let suppressed = entry.suppressed.map { "\($0) more before it" }
            let why = [entry.code, entry.reason, suppressed].compactMap(\.self).joined(separator: "; ")
            table.append([
                .init(view.at.toTheSecond),
                .init(entry.outcome.rawValue, tone: entry.outcome == .denied ? .bad : .plain),
                .init(Self.who(entry)),
                .init(entry.source ?? ""),
                .init(entry.request),
                .init(why),
            ])
        }
        return table
    }

    /// The local account acts under names that prove nothing.
    private static func who(_ entry: AuditEntry) -> String {
        guard let actor = entry.actor else { return "?" }
        return entry.principal == Principal.breakGlass.id ? "\(actor) (local account)" : actor
    }
}
