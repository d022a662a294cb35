import Commands
import ReadModels
import Testing

struct QuickstartSummaryTests {
    private func summary(_ state: String, faults: [String]) -> QuickstartSummary {
        let approval = ApprovalView(by: "alice", at: Sample.start, planDigest: Sample.plan)
        let lane = Sample.lane("Frankfurt", "Debian12-early", "ended", Sample.counts(3, succeeded: 3))
        let stages = [
            Sample.stage("early", "done", lanes: [lane], gate: Sample.gate("passed", approvals: [approval])),
            Sample.stage("report", "done"),
        ]
        return QuickstartSummary(
            cycle: Sample.cycle(state, stage: nil, stages),
            rows: [.init(node: Sample.node("web-1", compliance: "COMPLIANT"), name: "web-1", faults: faults)]
        )
    }

    @Test("The stages are told with who approved them, the hosts with ok")
    func sound() {
        let summary = summary("completed", faults: [])
        #expect(
            summary.stages(OutputStyle()) == [
                "STAGE   STATE  HOSTS  SUCCEEDED  FAILED  OTHER  APPROVED BY",
                "early   done       3          3       0      0  alice",
                "report  done       0          0       0      0  -",
            ]
        )
        #expect(
            summary.hosts(OutputStyle()) == [
                "HOST   SITE       PATCH GROUP     COMPLIANCE  MISSING  CHECK",
                "web-1  Frankfurt  Debian12-early  COMPLIANT         0  ok",
            ]
        )
        #expect(summary.isAsItShouldBe)
    }

    @Test("One host with a fault, or a cycle that did not complete, is not as it should be")
    func faulty() {
        let faulty = summary("completed", faults: ["it rebooted and should not have"])
        #expect(faulty.hosts(OutputStyle()).last == "FAIL web-1: it rebooted and should not have")
        #expect(!faulty.isAsItShouldBe)
        #expect(!summary("aborted", faults: []).isAsItShouldBe)
    }
}
