import Simulation
import Testing

@Suite("The deterministic world")
struct SwarmTests {
    @Test("Nothing forbidden happens, and everything ends", arguments: 0..<24 as Range<UInt64>)
    func holds(seed: UInt64) {
        let result = World.run(RunPlan(seed: seed))
        #expect(result.violation == nil, "\(result.plan.command)")
    }

    @Test("A plan determines its run to the last byte of the log")
    func repeats() {
        for seed in [3, 4] as [UInt64] {
            let (one, other) = (World.run(RunPlan(seed: seed)), World.run(RunPlan(seed: seed)))
            #expect(one.digest == other.digest)
            #expect(one.actions == other.actions)
            #expect(one.occasions == other.occasions)
        }
    }
}
