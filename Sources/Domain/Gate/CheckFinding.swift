/// What came of asking a check once.
package struct CheckFinding: Equatable, Sendable {
    private static let maximumFound = 200

    package var passed: Bool
    /// As ``CheckAnswer/found``: one line of printable text, cut where it is long.
    package var found: String

    package init(passed: Bool, found: String) {
        self.passed = passed
        let line = found.unicodeScalars.prefix(Self.maximumFound).map { $0.properties.isWhitespace ? " " : $0 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: line.filter { $0.properties.generalCategory != .control })
        self.found = String(text)
    }
}
