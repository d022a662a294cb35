package import ReadModels

/// Openings of windows, as `window next` lists them.
package struct WindowTable: Tabular {
    private let windows: [WindowView]

    package init(_ windows: [WindowView]) { self.windows = windows }

    package var emptyText: String { "No window of the policy opens any more; `ringmaster policy show` lists them." }

    package var table: Table {
        var table = Table([
            .init("OPENS (LOCAL)", importance: 7, isWhole: true),
            .init("OPENS (UTC)", importance: 5, isWhole: true),
            .init("WINDOW", importance: 6),
            .init("SITE", importance: 6),
            .init("FOR", importance: 4),
            .init("CLOSES (LOCAL)", importance: 2, isWhole: true),
            .init("NOTE", importance: 3),
        ])
        for window in windows {
            table.append([
                .init(window.opensLocal),
                .init(window.opens.inUTC),
                .init(window.window),
                .init(window.site),
                .init(window.kind ?? "all"),
                .init(window.closesLocal),
                .init((clockChange(of: window) + window.notes).joined(separator: "; "), tone: .warning),
            ])
        }
        return table
    }

    private func clockChange(of window: WindowView) -> [String] {
        guard window.clockChangeSeconds != 0 else { return [] }
        return ["clocks go \(window.clockChangeSeconds > 0 ? "forward" : "back") while it is open"]
    }
}
