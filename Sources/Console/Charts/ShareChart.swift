/// Shares of a whole by day: columns of parts above each other, a day without figures stays empty.
struct ShareChart: Sendable {
    struct Part: Equatable, Sendable {
        /// A class of the style sheet.
        var tone: String
        var name: String
        /// By day; 0 where there is none.
        var counts: [Int]
    }

    /// What a screen reader says; the figures are in a table beside the chart.
    let label: String
    /// From the bottom up, all with as many days.
    let parts: [Part]
    /// Of the first and the last day.
    let ends: (first: String, last: String)

    private static let width = 960
    private static let height = 200
    private static let left = 44

    /// An inline SVG that stretches to its place.
    var svg: String {
        let days = max(1, parts.first?.counts.count ?? 0)
        let pitch = (Self.width - Self.left) / days
        var bases = [Int](repeating: 0, count: days)
        var body = axis
        for part in parts {
            var path = ""
            for (day, count) in part.counts.enumerated() where count > 0 {
                let whole = max(1, parts.reduce(0) { $0 + $1.counts[day] })
                let top = (bases[day] + count) * Self.height / whole
                let bottom = bases[day] * Self.height / whole
                bases[day] += count
                // What there is can be seen, however little it is.
                let tall = max(1, top - bottom)
                path += "M\(Self.left + day * pitch) \(8 + Self.height - bottom)v-\(tall)h\(width(pitch))v\(tall)z"
            }
            if !path.isEmpty { body += "<path class=\"\(Markup.escaped(part.tone))\" d=\"\(path)\"/>" }
        }
        let right = Self.left + days * pitch
        let text = Markup.escaped(label)
        return """
            <svg class="shares" role="img" aria-label="\(text)" viewBox="0 0 \(Self.width) \(Self.height + 28)">\
            <title>\(text)</title>\(body)\
            <text class="caption" x="\(Self.left)" y="\(Self.height + 24)">\(Markup.escaped(ends.first))</text>\
            <text class="caption end" x="\(right)" y="\(Self.height + 24)">\(Markup.escaped(ends.last))</text></svg>
            """
    }

    private func width(_ pitch: Int) -> Int { pitch > 3 ? pitch - 1 : max(1, pitch) }

    private var axis: String {
        [0, 50, 100].map { percent in
            let y = 8 + Self.height - percent * Self.height / 100
            return """
                <line class="grid" x1="\(Self.left)" y1="\(y)" x2="\(Self.width)" y2="\(y)"/>\
                <text class="caption" x="0" y="\(y + 4)">\(percent) %</text>
                """
        }.joined()
    }
}
