import Commands
import ReadModels
import Testing
import Time

struct WhyPageTests {
    private func lines(_ patches: [ExplanationView], unknown: String? = nil) -> [String] {
        let view = ExplanationsView(
            node: "mi-1",
            name: "web-1",
            compliance: unknown == nil ? "COMPLIANT" : "UNKNOWN",
            unknownReason: unknown,
            scannedAt: Timestamp(iso8601: "2026-11-23T08:00:00Z"),
            patches: patches
        )
        return WhyPage(view).lines(OutputStyle())
    }

    @Test("Each patch has its sentence, and no control characters of a host's")
    func sentences() {
        let patch = ExplanationView(
            name: "curl\u{1b}",
            architecture: "amd64",
            version: "8.9",
            cause: "rejected",
            sentence: "base rejects it by its entry curl\u{1b}."
        )
        let expected = """
            node        mi-1 (web-1)
            last scan   2026-11-23T08:00:00Z
            compliance  COMPLIANT

            curl�.amd64 8.9
              base rejects it by its entry curl�.
            """
        #expect(lines([patch]).joined(separator: "\n") == expected)
    }

    @Test("Where there is nothing to tell it says so, and where nothing is known it says why")
    func nothing() {
        #expect(lines([]).last == "Nothing is on offer for it, and nothing waits for a boot.")
        #expect(lines([], unknown: "no-baseline").last == "why         No baseline says what it should have.")
    }
}
