import Commands
import Testing

struct StageTrackTests {
    @Test("The stages stand in a row with a mark each")
    func track() {
        let track = StageTrack(Sample.atGate)
        #expect(track.line(OutputStyle()) == "scan ✓ ─ early ◆ ─ main · ─ late · ─ report ·")
        #expect(
            track.line(OutputStyle(usesUnicode: false))
                == "scan [x] - early [?] - main [ ] - late [ ] - report [ ]"
        )
    }

    @Test("A stage under way, one that was skipped, and one in which the cycle stopped have marks of their own")
    func marks() {
        let states = [("scan", "skipped"), ("early", "running"), ("main", "pending")]
        let stages = states.map { Sample.stage($0, $1) }
        func line(_ state: String) -> String {
            StageTrack(Sample.cycle(state, stage: "early", stages)).line(OutputStyle())
        }
        #expect(line("running") == "scan – ─ early ▶ ─ main ·")
        #expect(line("paused") == "scan – ─ early ‖ ─ main ·")
        #expect(line("halted") == "scan – ─ early ✗ ─ main ·")
        for state in ["failed", "aborted"] {
            let stages = [Sample.stage("scan", "done"), Sample.stage("early", state), Sample.stage("main", "skipped")]
            let track = StageTrack(Sample.cycle(state, stage: nil, stages)).line(OutputStyle())
            #expect(track == "scan ✓ ─ early ✗ ─ main –")
        }
    }

    @Test("Where there is little room the present stage is the one that is shown")
    func narrow() {
        let track = StageTrack(Sample.atGate)
        #expect(track.line(OutputStyle(width: 30)) == "scan ✓ ─ early ◆ ─ main · ─ …")
        #expect(track.line(OutputStyle(width: 16)) == "… ─ early ◆ ─ …")
    }
}
