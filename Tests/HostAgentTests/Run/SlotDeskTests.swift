import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("An agent that needs a reboot slot")
struct SlotDeskTests {
    private let order = Orders.install([], rebootSlot: "db")
    private let grant = RebootSlotAnswer(
        grant: RebootSlotGrant(fence: 3, seconds: 900),
        retrySeconds: 30,
        detail: ""
    )

    @Test("asks until it has one, writes it down, and counts its lease from the question on")
    func asks() async throws {
        let wait = RebootSlotAnswer(grant: nil, retrySeconds: 30, detail: "of 1 slot 1 is held")
        let link = ScriptedLink(failures: [.unreachable("at first")], slots: [wait, grant])
        let (ledger, clock, folder) = try await taken()
        defer { withExtendedLifetime(folder) {} }
        let desk = SlotDesk(ledger: ledger, link: link, now: { Orders.start }, clock: clock, logger: .silent)
        let run = try #require(await ledger.activeRun)
        for _ in 1...3 { try await desk.ask(for: run) }
        #expect(await link.sent == [.question(order.id), .question(order.id)])
        // 60 s without an answer and 30 s with one, each a quarter more or less.
        #expect(clock.now.offset >= .seconds(67) && clock.now.offset <= .seconds(113))
        var expected = run
        expected.apply(.slotGranted(fence: 3, until: Orders.start + .seconds(900)), at: Orders.start)
        #expect(await ledger.activeRun == expected)
    }

    @Test("gives it back once, whether it is heard or not", arguments: [true, false])
    func releases(isHeard: Bool) async throws {
        let link = ScriptedLink(failures: isHeard ? [] : [.unreachable("gone")])
        let (ledger, clock, folder) = try await taken()
        defer { withExtendedLifetime(folder) {} }
        let desk = SlotDesk(ledger: ledger, link: link, now: { Orders.start }, clock: clock, logger: .silent)
        let run = try #require(await ledger.activeRun)
        try await ledger.record(.slotGranted(fence: 3, until: Orders.start + .seconds(900)))
        let release = RebootSlotRelease(slot: "db", fence: 3)
        try await desk.release(release, of: run)
        #expect(await link.sent == (isHeard ? [.release(release)] : []))
        #expect(await ledger.activeRun == run)
    }

    /// A ledger whose run is that of the order.
    private func taken() async throws -> (Ledger, InstantClock, TemporaryFolder) {
        let (folder, signer) = (try TemporaryFolder(), OrderSigner())
        let ledger = Ledger(
            file: FramedFile(path: folder.path + "/journal"),
            gate: signer.gate(),
            now: { Orders.start }
        )
        try await ledger.load()
        _ = try await ledger.receive(try signer.sign(order))
        return (ledger, InstantClock(), folder)
    }
}
