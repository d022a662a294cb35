import FoundationEssentials
import Glibc

/// What the receiving side of the output can show.
package struct OutputStyle: Equatable, Sendable {
    /// Columns; nil when nothing limits a line, as in a file or a pipe.
    package var width: Int?
    /// Lines that are visible at once; nil when nothing scrolls away.
    package var height: Int?
    package var usesColour: Bool
    package var usesUnicode: Bool
    /// Whether it obeys what moves the cursor.
    package var drawsInPlace: Bool

    package init(
        width: Int? = nil,
        height: Int? = nil,
        usesColour: Bool = false,
        usesUnicode: Bool = true,
        drawsInPlace: Bool = true
    ) {
        self.width = width
        self.height = height
        self.usesColour = usesColour
        self.usesUnicode = usesUnicode
        self.drawsInPlace = drawsInPlace
    }

    /// What the environment says of standard output: `NO_COLOR`, `TERM`, and the locale's encoding.
    package static func detected(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        descriptor: Int32 = STDOUT_FILENO
    ) -> Self {
        let isTerminal = isatty(descriptor) == 1
        var window = winsize()
        let hasSize = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
        return Self(
            width: hasSize ? Int(window.ws_col) : isTerminal ? 80 : nil,
            height: hasSize ? Int(window.ws_row) : isTerminal ? 24 : nil,
            usesColour: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb",
            usesUnicode: usesUnicode(in: environment),
            drawsInPlace: isTerminal && environment["TERM"] != "dumb"
        )
    }

    /// Whether the locale is of UTF-8; the first of these variables that is set decides, as POSIX says.
    package static func usesUnicode(in environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased()
        return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
    }

    package var ellipsis: String { usesUnicode ? "…" : "~" }

    /// What stands between two facts on one line.
    package var separator: String { usesUnicode ? " · " : " - " }

    /// The same with that many columns less, for indented parts.
    package func indented(by columns: Int) -> Self {
        var style = self
        style.width = width.map { max(1, $0 - columns) }
        return style
    }

    package func paint(_ text: String, _ tone: Tone) -> String {
        guard usesColour, let code = tone.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// The text cut to the width, with an ellipsis for what is missing.
    package func fitted(_ text: String) -> String {
        guard let width else { return text }
        return text.truncated(to: width, ellipsis: ellipsis)
    }
}
