package import ReadModels

/// What `cycle watch` writes for each look at the cycle.
package struct CycleDisplay: Sendable {
    private let format: OutputOptions.Format
    private let showsHosts: Bool
    private let commandSuffix: String
    private var screen = LiveScreen()
    private var journal: CycleJournal
    private var last: CycleView?
    private var lastStyle: OutputStyle?

    package init(format: OutputOptions.Format, showsHosts: Bool, commandSuffix: String = "") {
        self.format = format
        self.showsHosts = showsHosts
        self.commandSuffix = commandSuffix
        journal = CycleJournal(showsHosts ? .lanesAndHosts : .lanes, commandSuffix: commandSuffix)
    }

    /// The bytes to send to the output; empty when nothing changed.
    ///
    /// - Parameter style: as it is now: a window may have another size than at the last look.
    package mutating func update(_ cycle: CycleView, _ style: OutputStyle) throws -> String {
        guard cycle != last || (format == .table && style != lastStyle) else { return "" }
        (last, lastStyle) = (cycle, style)
        if format == .json { return try JSONText.line(cycle) + "\n" }
        guard style.drawsInPlace, let width = style.width else {
            return journal.changes(in: cycle).map { $0 + "\n" }.joined()
        }
        let detail = CyclePage.Detail.watching(height: style.height, everyHost: showsHosts)
        let lines = CyclePage(cycle, detail: detail, commandSuffix: commandSuffix).lines(style)
        return screen.frame(lines, width: width, height: style.height)
    }
}
