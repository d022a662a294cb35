/// A host's output for a terminal.
package enum OutputLines {
    /// Nothing in them is obeyed by the terminal.
    package static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { String($0).replacing("\t", with: "        ").printable }
    }
}
