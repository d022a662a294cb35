import Domain
import Testing

/// What a rollout remembers of failures.
extension RolloutTests {
    @Test("A failure names the first of its patches with their own classes; its cycle keeps no output")
    func patchFailures() throws {
        let outcomes = (0...Rollout.namedPatches).map { index in
            PatchOutcome(
                patch: Patch(name: "package-\(index)", architecture: "amd64", version: "2"),
                state: .failed,
                before: "1",
                after: "1",
                failure: .script,
                output: "exit 7"
            )
        }
        var stream = try opened(.sample(targets: 1))
        let fact = HostFact.failed(.conflict, detail: "why", inventory: nil, patches: outcomes)
        let (_, effects) = try stream.send(.report(0, 1, fact), at: seconds(1_001))
        let patches = try #require(stream.state.failures.first?.patches)
        #expect(patches.count == Rollout.namedPatches)
        #expect(patches.allSatisfy { $0.cause == .script && $0.output == "exit 7" })
        let told = effects.compactMap { effect -> [HostFailure]? in
            guard case .tell(_, .laneEnded(let outcome)) = effect else { return nil }
            return outcome.failures
        }
        #expect(told.first?.first?.patches?.allSatisfy { $0.cause == .script && $0.output == nil } == true)
    }
}
