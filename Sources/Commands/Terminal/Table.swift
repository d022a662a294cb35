import Domain

/// Rows under headings, fitted to the width of the output.
///
/// Columns that matter least are cut first, then left out; the one that matters most always stays.
package struct Table: Sendable {
    package enum Alignment: Sendable {
        case left
        case right
    }

    package struct Column: Sendable {
        package var title: String
        /// Of two columns that do not fit together, the one with the lower figure gives way.
        package var importance: Int
        package var alignment: Alignment
        /// A column that is of no use when cut, such as an id: it is shown whole or left out.
        package var isWhole: Bool

        package init(_ title: String, importance: Int, alignment: Alignment = .left, isWhole: Bool = false) {
            self.title = title
            self.importance = importance
            self.alignment = alignment
            self.isWhole = isWhole || alignment == .right
        }
    }

    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        package var text: String
        package var tone: Tone

        package init(_ text: String, tone: Tone = .plain) {
            self.text = text.printable
            self.tone = tone
        }

        package init(stringLiteral text: String) { self.init(text) }

        /// A state, in its tone.
        package static func state(_ state: String) -> Self { Self(state, tone: .ofState(state)) }
    }

    /// What stands between two columns.
    private static let gap = 2
    /// No text is cut below this many columns of the terminal, nor below its title: it is left out instead.
    private static let narrowest = 8

    private let columns: [Column]
    private var rows: [[Cell]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// - Parameter cells: one for each column.
    package mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// The whole table as CSV (RFC 4180).
    ///
    /// Its titles are names of columns: `PATCH GROUP` is `patch_group`. What there is not is empty.
    package var csv: String {
        let names = columns.map { column in
            column.title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
        }
        return ([names] + rows.map { $0.map { $0.text == "-" ? "" : $0.text } }).map(CSV.row).joined()
    }

    /// The heading and the rows, each one line without a line end.
    package func lines(_ style: OutputStyle) -> [String] {
        let widths = fittedWidths(style.width)
        let heading = columns.map { Cell($0.title, tone: .faint) }
        return ([heading] + rows).map { line($0, widths: widths, style: style) }
    }

    // MARK: - Steps

    /// A width for each column; nil for one that is left out.
    private func fittedWidths(_ limit: Int?) -> [Int?] {
        let natural = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
        }
        guard let limit else { return natural }
        var shown = columns.indices.sorted { (columns[$0].importance, $1) < (columns[$1].importance, $0) }
        while true {
            var widths = [Int?](repeating: nil, count: columns.count)
            for index in shown { widths[index] = natural[index] }
            var excess = shown.reduce((shown.count - 1) * Self.gap - limit) { $0 + natural[$1] }
            for index in shown where excess > 0 {
                let floor = shown.count == 1 ? 1 : floor(of: columns[index], natural: natural[index])
                let cut = min(excess, max(0, natural[index] - floor))
                widths[index] = natural[index] - cut
                excess -= cut
            }
            if excess <= 0 || shown.count == 1 { return widths }
            shown.removeFirst()
        }
    }

    private func floor(of column: Column, natural: Int) -> Int {
        column.isWhole ? natural : max(Self.narrowest, column.title.displayWidth)
    }

    private func line(_ cells: [Cell], widths: [Int?], style: OutputStyle) -> String {
        var line = ""
        var pendingSpaces = 0
        for (index, cell) in cells.enumerated() {
            guard let width = widths[index] else { continue }
            let text = cell.text.truncated(to: width, ellipsis: style.ellipsis)
            let padding = max(0, width - text.displayWidth)
            let before = columns[index].alignment == .right ? padding : 0
            if !text.isEmpty {
                line += String(repeating: " ", count: pendingSpaces + before) + style.paint(text, cell.tone)
                pendingSpaces = 0
            }
            pendingSpaces += text.isEmpty ? width + Self.gap : padding - before + Self.gap
        }
        return line
    }
}
