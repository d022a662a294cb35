import Simulation
import Testing

@Suite("The deterministic world")
struct SwarmTests {
    @Test("Nothing forbidden happens, and everything ends", arguments: 0..<12 as Range<UInt64>)
    func holds(seed: UInt64) {
        let result = World.run(RunPlan(seed: seed))
        #expect(result.violation == nil, "\(result.plan.command)")
    }

    /// Worlds that have shown a defect.
    @Test(
        "What once went wrong does not again",
        arguments: [
            // An agent's report, sent again and again, stood in the inbox many times and kept others from being read.
            RunPlan(seed: 1107, mode: .liveness, days: 6, without: [.restore]),
            // Copies of a report left the inbox one by one, ten minutes apart.
            RunPlan(seed: 1459),
            // A restored database heard first of an edited baseline, which rejects nothing; the check knew but the first one.
            RunPlan(
                seed: 136,
                mode: .safety,
                days: 3,
                without: [
                    .engineCrash, .enginePause, .engineDrain, .hintLost, .workerPause, .taskFails, .operatorPauses,
                    .operatorAborts, .trap, .rebootUnasked, .rebootFails, .oldKernel, .slowBoot, .hostVanishes,
                    .diskFull, .diskCloned,
                ]
            ),
            // A database was brought back between a flush and what its engine told of it; the check took that for an invention.
            RunPlan(seed: 2348, mode: .safety, days: 2),
            // A restored database had its schedule enabled again; each day's cycle then stood in the way of the one before.
            RunPlan(seed: 9247, hosts: 1),
            // People asked without end for a cycle that had started, because a restore had lost the one before it.
            RunPlan(seed: 9895, hosts: 1),
            // An engine got shards back that another had owned meanwhile, took them for its own still, and missed a wake-up.
            RunPlan(
                seed: 3161,
                mode: .liveness,
                days: 6,
                without: [
                    .storeFails, .tampering, .taskFails, .operatorErrs, .operatorAborts, .rebootFails, .oldKernel,
                    .hostVanishes, .packageFails, .diskCloned,
                ]
            ),
        ]
    )
    func staysMended(plan: RunPlan) {
        let result = World.run(plan)
        #expect(result.violation == nil, "\(result.plan.command)")
    }

    @Test("A plan determines its run to the last byte of the log", arguments: [4, 5] as [UInt64])
    func repeats(seed: UInt64) {
        let (one, other) = (World.run(RunPlan(seed: seed, hosts: 3)), World.run(RunPlan(seed: seed, hosts: 3)))
        #expect(one.digest == other.digest)
        #expect(one.actions == other.actions)
        #expect(one.occasions == other.occasions)
    }

    @Test("A world without faults completes its cycles")
    func isUndisturbed() {
        let result = World.run(RunPlan(seed: 6, mode: .liveness, without: Set(Fault.allCases)))
        #expect(result.violation == nil)
        #expect(result.occasions[.cycleCompleted] != nil)
    }

    @Test("A failing run is shown with its last events and the command that repeats it")
    func explains() async {
        let plans = (0..<200 as Range<UInt64>).map { RunPlan(seed: $0, hosts: 2, defect: .soakIgnored) }
        let report = await Swarm(plans, jobs: 1).run()
        #expect(!report.isGood)
        #expect(report.text.contains(Invariant.gateHolds.rawValue))
        #expect(report.text.contains("--defect soak-ignored"))
        #expect(report.failure?.trace.isEmpty == false)
    }
}
