/// Draws lines over the lines that it drew before.
package struct LiveScreen: Sendable {
    /// Of the lines that were drawn last, how wide each is.
    private var drawn: [Int] = []

    package init() {}

    /// What to send to the terminal so that it shows `lines` in place of those of the last call.
    ///
    /// - Parameters:
    ///   - width: of the terminal now; a longer line takes more rows, and those of before are counted by it, for a terminal folds them anew.
    ///   - height: of the terminal now; what does not fit is left out below, for what has scrolled away cannot be drawn over.
    package mutating func frame(_ lines: [String], width: Int, height: Int? = nil) -> String {
        let width = max(1, width)
        let rowsBefore = drawn.reduce(0) { $0 + Self.rows($1, width) }
        let erase = rowsBefore == 0 ? "" : "\u{1B}[\(min(rowsBefore, height ?? .max))A\r"
        var (shown, room) = ([String](), height.map { max(1, $0 - 1) } ?? .max)
        for line in lines {
            room -= Self.rows(line.displayWidth, width)
            guard room >= 0 else { break }
            shown.append(line)
        }
        drawn = shown.map(\.displayWidth)
        return erase + shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    private static func rows(_ columns: Int, _ width: Int) -> Int { max(1, (columns + width - 1) / width) }
}
