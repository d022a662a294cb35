package import ReadModels
import Time

/// A preview as `baseline preview` shows it.
package struct BaselinePreviewPage: Sendable {
    private let preview: BaselinePreviewView
    private let showsAll: Bool

    package init(_ preview: BaselinePreviewView, showsAll: Bool) {
        self.preview = preview
        self.showsAll = showsAll
    }

    package func lines(_ style: OutputStyle) -> [String] {
        let items = preview.items
        let approved = items.count { $0.becomes.hasPrefix("approved") }
        let changed = items.filter(\.isChanged)
        let title =
            "\(preview.baseline): of \(items.count) advisories in \(preview.days) days \(approved) are approved; "
            + "\(changed.count) would be treated otherwise than now"
        let listed = showsAll ? items : changed
        guard !listed.isEmpty else { return [style.paint(title.printable, .heading)] }
        var table = Table([
            .init("ADVISORY", importance: 6),
            .init("SEVERITY", importance: 4),
            .init("RELEASED", importance: 3),
            .init("PACKAGES", importance: 1),
            .init("BECOMES", importance: 5),
            .init("IS NOW", importance: 2),
        ])
        for item in listed {
            table.append([
                .init(item.advisory),
                .init(item.severity),
                .init(item.releasedAt.map { String($0.description.prefix(10)) } ?? "unknown"),
                .init(item.packages.joined(separator: ", ")),
                .init(item.becomes, tone: item.isChanged ? .warning : .plain),
                .init(item.was ?? "-"),
            ])
        }
        return [style.paint(title.printable, .heading)] + table.lines(style)
    }
}
