/// Columns of how many findings are due when: what is late on the left, what has time on the right.
struct AgeingChart: Sendable {
    struct Column: Equatable, Sendable {
        /// A class of the style sheet.
        var tone: String
        var name: String
        var count: Int
    }

    let title: String
    let columns: [Column]

    private static let height = 96
    private static let pitch = 84

    /// An inline SVG with its figures as text.
    var svg: String {
        let most = max(1, columns.map(\.count).max() ?? 1)
        let width = Self.pitch * columns.count
        let label = Markup.escaped(title + ": " + columns.map { "\($0.count) \($0.name)" }.joined(separator: ", "))
        var body = ""
        for (index, column) in columns.enumerated() {
            let tall = column.count == 0 ? 1 : max(3, column.count * Self.height / most)
            let (x, y) = (index * Self.pitch, 18 + Self.height - tall)
            let middle = x + Self.pitch / 2
            body += """
                <rect class="\(Markup.escaped(column.tone))" x="\(x + 10)" y="\(y)" width="\(Self.pitch - 20)" height="\(tall)" rx="2"/>\
                <text class="figure" x="\(middle)" y="\(y - 5)">\(Figures.grouped(column.count))</text>\
                <text class="caption" x="\(middle)" y="\(Self.height + 36)">\(Markup.escaped(column.name))</text>
                """
        }
        return """
            <svg class="columns" role="img" aria-label="\(label)" viewBox="0 0 \(width) \(Self.height + 44)">\
            <title>\(label)</title>\(body)</svg>
            """
    }
}
