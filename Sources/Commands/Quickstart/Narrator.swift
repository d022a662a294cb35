/// Tells what happens, with the seconds since the start.
struct Narrator: Sendable {
    private let start = ContinuousClock.now
    private let style = OutputStyle.detected()

    func say(_ text: String, tone: Tone = .plain) throws {
        let tenths = (ContinuousClock.now - start) / .milliseconds(100)
        let seconds = "\(Int(tenths) / 10).\(Int(tenths) % 10) s"
        let padding = String(repeating: " ", count: max(0, 7 - seconds.utf8.count))
        try StandardOutput.print(padding + style.paint(seconds, .faint) + "  " + style.paint(text.printable, tone))
    }

    /// A part of the final report.
    func show(_ title: String, _ lines: [String]) throws {
        try StandardOutput.print(["", style.paint(title, .heading)] + lines)
    }

    func table(_ table: Table) -> [String] { table.lines(style) }
}
