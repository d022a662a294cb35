import Commands
import ReadModels
import Testing
import Time

struct SLAPageTests {
    private static func view(_ items: [SLAItem], unjudged: Int = 0, isCut: Bool = false) -> SLAView {
        var counts = SLAView.Counts()
        (counts.breached, counts.dueSoon, counts.within, counts.waived, counts.missed) = (3, 1, 20, 2, 1)
        return SLAView(counts: counts, judged: 9, unjudged: unjudged, items: items, isCut: isCut)
    }

    private static func item(due dueAt: Timestamp?, _ state: String, _ forecast: String) -> SLAItem {
        SLAItem(
            dueAt: dueAt,
            state: state,
            severity: "high",
            advisory: "DSA-1",
            source: "debian",
            package: "openssl",
            architecture: "amd64",
            fixedVersion: "3.0.15-1",
            site: "Frankfurt",
            patchGroup: "g",
            nodeCount: 3,
            nodes: ["mi-1", "mi-2", "mi-3"],
            forecast: forecast
        )
    }

    @Test("The counts stand first, then the findings by what is due")
    func page() {
        let moment = Timestamp(microseconds: 1_764_000_000_000_000)
        let items = [
            Self.item(due: moment, "breached", "misses: rejected by the entry openssl"),
            Self.item(due: nil, "within", "closes in the window of 2026-12-08T01:00:00Z"),
        ]
        let expected = """
            breached         3
            due within 72 h  1
            within           20
            waived           2
            will be late     1
            nodes judged     9
            not judged       1: no inventory, or no advisory for the release

            DUE                   STATE     SEVERITY  ADVISORY  PACKAGE  SITE       PATCH GROUP  NODES  FORECAST
            2025-11-24T16:00:00Z  breached  high      DSA-1     openssl  Frankfurt  g                3  misses: rejected by the entry openssl
            no limit              within    high      DSA-1     openssl  Frankfurt  g                3  closes in the window of 2026-12-08T01:00:00Z

            These are due first; there are more, and --limit shows up to 5000.
            """
        let view = Self.view(items, unjudged: 1, isCut: true)
        #expect(SLAPage(view).lines(OutputStyle()).joined(separator: "\n") == expected)
    }

    @Test("Without findings the counts are all")
    func none() {
        #expect(SLAPage(Self.view([])).lines(OutputStyle()).last == "nodes judged     9")
    }
}
