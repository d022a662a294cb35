package import ReadModels

/// What `cycle watch` writes for each look at the cycle.
package struct CycleDisplay: Sendable {
    private let style: OutputStyle
    private let format: OutputOptions.Format
    private let showsHosts: Bool
    private let commandSuffix: String
    private var screen = LiveScreen()
    private var journal: CycleJournal
    private var last: CycleView?

    package init(style: OutputStyle, format: OutputOptions.Format, showsHosts: Bool, commandSuffix: String = "") {
        self.style = style
        self.format = format
        self.showsHosts = showsHosts
        self.commandSuffix = commandSuffix
        journal = CycleJournal(showsHosts ? .lanesAndHosts : .lanes, commandSuffix: commandSuffix)
    }

    /// The bytes to send to the output; empty when nothing changed.
    package mutating func update(_ cycle: CycleView) throws -> String {
        guard cycle != last else { return "" }
        last = cycle
        if format == .json { return try JSONText.line(cycle) + "\n" }
        guard let width = style.width else { return journal.changes(in: cycle).map { $0 + "\n" }.joined() }
        let detail = CyclePage.Detail.watching(height: style.height, everyHost: showsHosts)
        return screen.frame(CyclePage(cycle, detail: detail, commandSuffix: commandSuffix).lines(style), width: width)
    }
}
