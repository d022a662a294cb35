import AgentProtocol
import Synchronization
import Testing

@testable import ControlPlane
@testable import SSMAPI

@Suite("Turns of changes of the policy", .timeLimit(.minutes(10)))
struct PolicyTurnTests {
    private final class Tally: Sendable {
        let underWay = Atomic(0)
        let done = Atomic(0)
    }

    @Test("One change at a time is under way, and each has its turn, also behind one that failed")
    func oneAtATime() async throws {
        let turns = PolicyService.Turns(patience: .seconds(3_600))
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask {
                    do {
                        try await turns.take {
                            #expect(tally.underWay.add(1, ordering: .relaxed).newValue == 1)
                            await Task.yield()
                            tally.underWay.subtract(1, ordering: .relaxed)
                            tally.done.add(1, ordering: .relaxed)
                            if number.isMultiple(of: 7) { throw SSMError("ValidationException") }
                        }
                    } catch {
                        #expect(number.isMultiple(of: 7))
                    }
                }
            }
        }
        #expect(tally.done.load(ordering: .relaxed) == 50)
    }

    @Test("Where too many wait, and for those that waited too long, changes are throttled")
    func bounds() async throws {
        let full = PolicyService.Turns(most: 0)
        let refusal = await #expect(throws: Problem.self) { try await full.take { try await full.take {} } }
        #expect(refusal.map { SSMDoor.error($0).code } == "ThrottlingException")
        let impatient = PolicyService.Turns(patience: .seconds(-1))
        // The second would wait for ever, had the first kept its turn.
        for _ in 1...2 {
            await #expect(throws: Problem.self) { try await impatient.take { Issue.record("it was done") } }
        }
    }

    @Test("A change that others are in the way of is throttled, which SDKs repeat")
    func throttled() {
        let problem = Problem(status: 409, code: PolicyService.changedMeanwhile, detail: "repeat the request")
        #expect(SSMDoor.error(problem) == SSMError("ThrottlingException", "repeat the request"))
        let other = Problem(status: 409, code: "other", detail: "no")
        #expect(SSMDoor.error(other) == SSMError.validation("no"))
    }
}
