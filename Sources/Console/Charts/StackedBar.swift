/// A bar of parts beside each other, as wide as their shares: how far a lane is, how a fleet stands.
struct StackedBar: Sendable {
    struct Part: Equatable, Sendable {
        /// A class of the style sheet, such as `good`.
        var tone: String
        var name: String
        var count: Int
    }

    /// What a screen reader says before the parts.
    let title: String
    let parts: [Part]
    /// Of which the parts are shares; what is left stays empty.
    let whole: Int

    private static let width = 1_000

    /// An inline SVG that stretches to its place.
    var svg: String {
        let label = Markup.escaped("\(title): \(sentence)")
        var (body, left) = ("", 0)
        for part in shares {
            body +=
                "<rect class=\"\(Markup.escaped(part.tone))\" x=\"\(left)\" y=\"0\" width=\"\(part.width)\" height=\"10\"/>"
            left += part.width
        }
        return """
            <svg class="bar" role="img" aria-label="\(label)" viewBox="0 0 \(Self.width) 10" preserveAspectRatio="none">\
            <rect class="rest" width="\(Self.width)" height="10"/>\(body)</svg>
            """
    }

    /// Such as `90 succeeded, 2 failed of 100`.
    var sentence: String {
        let named = parts.filter { $0.count > 0 }.map { "\(Figures.grouped($0.count)) \($0.name)" }
        return "\(named.isEmpty ? "none" : named.joined(separator: ", ")) of \(Figures.grouped(whole))"
    }

    /// Every part that there is can be seen, however small, and all fit.
    private var shares: [(tone: String, width: Int)] {
        let there = parts.filter { $0.count > 0 }
        guard whole > 0, !there.isEmpty else { return [] }
        let least = 8
        var widths = there.map { max(least, $0.count * Self.width / max(whole, 1)) }
        let excess = widths.reduce(0, +) - Self.width
        if excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
            widths[widest] = max(least, widths[widest] - excess)
        }
        return zip(there, widths).map { ($0.tone, $1) }
    }
}
