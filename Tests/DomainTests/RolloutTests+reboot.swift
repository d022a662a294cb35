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
}
