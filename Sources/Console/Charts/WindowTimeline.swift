import ReadModels
import Time

/// Two weeks of windows, a row for each window's name, by UTC.
struct WindowTimeline: Sendable {
    private static let days = 14
    private static let dayWidth = 68
    private static let left = 90
    private static let rowHeight = 26
    private static let mostRows = 12

    private let windows: [WindowView]
    private let start: Timestamp

    init(_ windows: [WindowView], from now: Timestamp) {
        self.windows = windows
        start = Timestamp(microseconds: now.day * 86_400_000_000)
    }

    /// An inline SVG; empty when there is no window.
    var svg: String {
        var rows: [String] = []
        for window in windows where !rows.contains(window.window) { rows.append(window.window) }
        rows = Array(rows.prefix(Self.mostRows))
        guard !rows.isEmpty else { return "" }
        let width = Self.left + Self.days * Self.dayWidth
        let height = 24 + rows.count * Self.rowHeight
        let label = "Windows of the next \(Self.days) days by UTC: \(rows.joined(separator: ", "))"
        var body = axis(height: height)
        for (index, name) in rows.enumerated() {
            let y = 24 + index * Self.rowHeight
            body += "<text class=\"row\" x=\"0\" y=\"\(y + 16)\">\(Markup.escaped(name))</text>"
            body += windows.filter { $0.window == name }.map { bar($0, y: y + 4) }.joined()
        }
        return """
            <svg class="timeline" role="img" aria-label="\(Markup.escaped(label))" viewBox="0 0 \(width) \(height)">\
            <title>\(Markup.escaped(label))</title>\(body)</svg>
            """
    }

    private func axis(height: Int) -> String {
        (0..<Self.days).map { day in
            let x = Self.left + day * Self.dayWidth
            let date = String("\(start + .seconds(day * 86_400))".dropFirst(5).prefix(5))
            return """
                <line class="grid" x1="\(x)" y1="18" x2="\(x)" y2="\(height)"/>\
                <text class="caption" x="\(x + 3)" y="12">\(date)</text>
                """
        }.joined()
    }

    private func bar(_ window: WindowView, y: Int) -> String {
        let (from, until) = (x(window.opens), x(window.closes))
        guard until > Self.left, from < Self.left + Self.days * Self.dayWidth else { return "" }
        let tone = window.notes.isEmpty ? "busy" : "warn"
        let title = Markup.escaped("\(window.window) in \(window.site), \(TimeText.utc(window.opens))")
        return """
            <rect class="\(tone)" x="\(from)" y="\(y)" width="\(max(4, until - from))" height="18" rx="2">\
            <title>\(title)</title></rect>
            """
    }

    private func x(_ moment: Timestamp) -> Int {
        let seconds = (moment - start).components.seconds
        let bounded = min(max(seconds, -86_400), Int64(Self.days + 1) * 86_400)
        return Self.left + Int(bounded) * Self.dayWidth / 86_400
    }
}
