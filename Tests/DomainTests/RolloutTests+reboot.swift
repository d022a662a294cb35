import Domain
import Testing

/// What reboots do to the runs that they belong to.
extension RolloutTests {
    @Test(
        "A degraded host is a failure; an old kernel only where the order installed one",
        arguments: [
            (RebootOutcome.degraded, nil, "degraded"), (.sameBoot, nil, "same-boot"), (.oldKernel, true, "old-kernel"),
            (.oldKernel, nil, "old-kernel"), (.oldKernel, false, nil),
        ] as [(RebootOutcome, Bool?, String?)]
    )
    func reboots(outcome: RebootOutcome, isKernelOrdered: Bool?, cause: String?) throws {
        let boot = BootIdentity(bootID: "b", kernel: "6.1")
        var proof = RebootProof(before: boot, after: boot, isConfirmed: false, reasons: [], outcome: outcome)
        proof.isKernelOrdered = isKernelOrdered
        var stream = try opened(.sample(targets: 1))
        try stream.send(.report(0, 1, .installed(inventory: "i", patches: [], reboot: proof)), at: seconds(1_001))
        #expect(stream.state.hostStates == [cause == nil ? .succeeded : .failed])
        #expect(stream.state.failures.map(\.cause) == (cause.map { [$0] } ?? []))
    }

    @Test(
        "A host that is not heard of has timed out, and its node hears so, which knows whether it went down",
        arguments: [true, false]
    )
    func neverCameBack(isBack: Bool) throws {
        let boot = BootIdentity(bootID: "b", kernel: "6.1")
        var stream = try opened(.sample(targets: 1))
        try stream.send(.report(0, 1, .accepted), at: seconds(1_100))
        try stream.send(.report(0, 2, .rebooting(boot)), at: seconds(1_200))
        if isBack { try stream.send(.report(0, 3, .verifying(boot)), at: seconds(1_300)) }
        let (_, effects) = try stream.send(.wake, at: seconds(5_000))
        #expect(stream.state.hostStates == [.timedOut])
        #expect(stream.state.failures.map(\.cause) == ["timed-out"])
        let order = OrderID(rollout: "c/early/London/Debian12-early", index: 0, attempt: 1).description
        #expect(effects.contains(.tellNode("mi-0", .runTimedOut(order: order))))
        try stream.checkFold("")
    }

    @Test("A group's slots are told of each run of its hosts that is over, and whether the host proved to be back")
    func rebootSlots() throws {
        let work = InstallWork(
            planDigest: "d1",
            patchSets: [PatchSet(patches: [])],
            setOfTarget: [0, 0, 0],
            reboot: .ifNeeded,
            rebootSlots: RebootSlotsOfTargets(["db", nil, "web"])
        )
        var rollout = try opened(.sample(targets: 3, operation: .install(work)))
        func told(_ index: Int, _ fact: HostFact) throws -> [RolloutEffect] {
            try rollout.send(.report(index, 1, .accepted), at: seconds(1_001))
            return try rollout.send(.report(index, 2, fact), at: seconds(1_002)).effects.filter { effect in
                if case .tellSlots = effect { true } else { false }
            }
        }
        let order = { OrderID(rollout: "c/early/London/Debian12-early", index: $0, attempt: 1).description }
        let well = RebootSlotsMessage.ended(holder: "node/mi-0", order: order(0), isBack: true)
        #expect(try told(0, .installedWell) == [.tellSlots("db", well)])
        #expect(try told(1, .installedWell) == [])
        let badly = RebootSlotsMessage.ended(holder: "node/mi-2", order: order(2), isBack: false)
        #expect(try told(2, .brokenDown) == [.tellSlots("web", badly)])
    }
}
