package import Domain
import DurableStreams
import PatchStreams

/// Asks a check once; whatever goes wrong is a failure of the check.
package typealias GateProbe = @Sendable (GateCheck) async -> CheckFinding

extension CycleWorker {
    /// Asks a check of the open gate; nothing when nobody waits for its answer any more.
    func checkGate(_ stage: String, _ name: String, _ round: Int, of cycle: Cycle, _ stream: StreamID) async -> [Reply]
    {
        guard let check = cycle.check(stage: stage, name: name, round: round) else { return [] }
        let askedAt = now()
        let finding = await probe(check)
        let answer = CheckAnswer(round: round, askedAt: askedAt, passed: finding.passed, found: finding.found)
        return [Reply(stream, CycleMessage.checkAnswered(stage: stage, check: name, answer))]
    }
}
