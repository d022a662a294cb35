import Commands
import Testing

struct DisplayWidthTests {
    @Test(
        "A text is as wide as a terminal shows it",
        arguments: [("", 0), ("host-1", 6), ("zürich", 6), ("東京", 4), ("e\u{301}", 1), ("\u{1B}[31mred\u{1B}[0m", 3)]
    )
    func width(text: String, columns: Int) { #expect(text.displayWidth == columns) }

    @Test("A text that is too wide ends in an ellipsis and never exceeds its room")
    func truncation() {
        #expect("frankfurt".truncated(to: 9, ellipsis: "…") == "frankfurt")
        #expect("frankfurt".truncated(to: 5, ellipsis: "…") == "fran…")
        #expect("東京都".truncated(to: 4, ellipsis: "…") == "東…")
        #expect("frankfurt".truncated(to: 1, ellipsis: "…") == "…")
        #expect("frankfurt".truncated(to: 0, ellipsis: "…").isEmpty)
    }

    @Test("What a host sends cannot move the cursor, end the line or turn the text around")
    func controls() {
        #expect("a\u{1B}[2Jb\nc\u{202E}d\u{7}".printable == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}")
        #expect("zürich 東京".printable == "zürich 東京")
    }
}
