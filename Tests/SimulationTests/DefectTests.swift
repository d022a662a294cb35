import Simulation
import Testing

/// The checks are checked: what is easily found is looked for here, and everything by `scripts/simulate --defects`.
@Suite("Deliberate defects")
struct DefectTests {
    @Test(
        "are found",
        arguments: [
            (Defect.fenceByPosition, [Invariant.toldIsDurable, .logVerifies]),
            (.noDeduplication, [.answeredOnce]),
            (.unknownIsSuccess, [.toldIsDurable]),
            (.acknowledgesEarly, [.acknowledgedIsKept]),
            (.thresholdOffByOne, [.nothingStartsAfterHalt, .haltsAtThreshold]),
            (.concurrencyOffByOne, [.concurrencyHolds]),
            (.rolloutIgnoresCutoff, [.startsInWindow]),
            (.endedRunReopens, [.endsOnce]),
            (.approvalUnbound, [.approvalBindsPlan]),
            (.approvalCountsTwice, [.approvalsAreOfPeople]),
            (.agentIgnoresCutoff, [.installsInWindow]),
            (.journalNotFolded, [.takenOnce]),
            (.bootNotCompared, [.rebootIsTrue]),
        ] as [(Defect, [Invariant])]
    )
    func areFound(defect: Defect, invariants: [Invariant]) {
        let found = DefectHunt.find(defect, seeds: 60)?.violation?.invariant
        #expect(found.map(invariants.contains) == true, "\(defect.rawValue): \(found?.rawValue ?? "nothing")")
    }
}
