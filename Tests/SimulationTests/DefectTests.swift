import Simulation
import Testing

/// The checks are checked: what is easily found is looked for here, and everything by `scripts/simulate --defects`.
@Suite("Deliberate defects")
struct DefectTests {
    @Test(
        "are found",
        arguments: [
            (Defect.fenceByPosition, 29, [Invariant.toldIsDurable, .logVerifies]),
            (.noDeduplication, 0, [.answeredOnce]),
            (.unknownIsSuccess, 5, [.toldIsDurable]),
            (.acknowledgesEarly, 14, [.acknowledgedIsKept]),
            (.thresholdOffByOne, 2, [.nothingStartsAfterHalt, .haltsAtThreshold]),
            (.concurrencyOffByOne, 2, [.concurrencyHolds]),
            (.rolloutIgnoresCutoff, 0, [.startsInWindow]),
            (.endedRunReopens, 1, [.endsOnce]),
            (.approvalUnbound, 6, [.approvalBindsPlan]),
            (.approvalCountsTwice, 6, [.approvalsAreOfPeople]),
            (.checksIgnored, 0, [.checksHold]),
            (.agentIgnoresCutoff, 0, [.installsInWindow]),
            (.journalNotFolded, 0, [.takenOnce]),
            (.bootNotCompared, 4, [.rebootIsTrue]),
            (.cloneNotRefused, 11, [.takenOnce]),
            (.openingsNotTold, 6, [.resultIsOfOrder]),
            (.projectionSkips, 9, [.readModelsAreState]),
            (.directAcknowledgesEarly, 42, [.acknowledgedIsKept]),
            (.blamesAtOnce, 0, [.nothingSetAside]),
            (.slotsOffByOne, 0, [.slotsHold]),
        ] as [(Defect, UInt64, [Invariant])]
    )
    func areFound(defect: Defect, seed: UInt64, invariants: [Invariant]) {
        let found = DefectHunt.find(defect, from: seed, seeds: 60)?.violation?.invariant
        #expect(found.map(invariants.contains) == true, "\(defect.rawValue): \(found?.rawValue ?? "nothing")")
    }
}
