import Domain
import ReadModels
import Testing
import Time

@testable import ControlPlane

@Suite("What is kept of findings, by their states")
struct SLATallyTests {
    /// Of one node each: the first is due first.
    private static func tally(_ shelves: [SLAShelf], _ findings: [(state: SLAClock.State, count: Int)]) -> SLAView {
        var tally = SLATally(shelves)
        var due = findings.reduce(0) { $0 + $1.count }
        // The most urgent last, so that what was kept must make way.
        for (state, count) in findings.reversed() {
            for _ in 0..<count {
                let dueAt = Timestamp(microseconds: Int64(due))
                let key = SLAShelf.Key(due: dueAt.microseconds, severity: 0, names: [state.rawValue])
                tally.add(["mi-\(due)"], in: state, isMissed: false, to: key) { item(state, dueAt) }
                due -= 1
            }
        }
        return tally.view(judged: 1, unjudged: 0)
    }

    private static func item(_ state: SLAClock.State, _ dueAt: Timestamp) -> SLAItem {
        SLAItem(
            dueAt: dueAt,
            state: state.rawValue,
            severity: "high",
            advisory: "DSA-\(dueAt.microseconds)",
            source: "debian",
            package: "acme-tls",
            architecture: "amd64",
            fixedVersion: nil,
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            nodeCount: 0,
            nodes: [],
            forecast: "f"
        )
    }

    @Test("With a limit of its own, no state takes the place of another, however much of it there is")
    func shelves() {
        let shelves = [SLAShelf([.breached], limit: 2), SLAShelf([.dueSoon], limit: 2)]
        let view = Self.tally(shelves, [(.breached, 3_000), (.dueSoon, 3), (.within, 5)])
        #expect(view.items.map(\.advisory) == ["DSA-1", "DSA-2", "DSA-3001", "DSA-3002"])
        #expect(view.items.map(\.nodes) == [["mi-1"], ["mi-2"], ["mi-3001"], ["mi-3002"]])
        #expect((view.counts.breached, view.counts.dueSoon, view.counts.within) == (3_000, 3, 5))
        #expect(view.isCut)
    }

    @Test("States that share a limit are kept by what is due alone")
    func shared() {
        let all = SLAShelf(Set(SLAClock.State.allCases), limit: 3)
        let view = Self.tally([all], [(.breached, 2), (.dueSoon, 3)])
        #expect(view.items.map(\.state) == ["breached", "breached", "due-soon"])
        #expect(view.isCut)
    }

    @Test("Nothing is cut where all that is kept fits; what is not kept is no cut")
    func whole() {
        let view = Self.tally([SLAShelf([.dueSoon], limit: 2)], [(.breached, 9), (.dueSoon, 2)])
        #expect(view.items.map(\.advisory) == ["DSA-10", "DSA-11"])
        #expect(!view.isCut)
    }
}
