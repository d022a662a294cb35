/// Draws lines over the lines that it drew before.
package struct LiveScreen: Sendable {
    private var drawnRows = 0

    package init() {}

    /// What to send to the terminal so that it shows `lines` in place of those of the last call.
    ///
    /// - Parameter width: of the terminal; a longer line takes more rows, and they are all replaced the next time.
    package mutating func frame(_ lines: [String], width: Int) -> String {
        let erase = drawnRows == 0 ? "" : "\u{1B}[\(drawnRows)A\r"
        drawnRows = lines.reduce(0) { $0 + max(1, ($1.displayWidth + width - 1) / width) }
        return erase + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }
}
