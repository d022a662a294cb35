import AgentProtocol
import Testing

@testable import HostAgent

@Suite("The question whether an order is still wanted", .timeLimit(.minutes(10)))
struct OrderWatchTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()

    init() throws { folder = try TemporaryFolder() }

    private func ledger() async throws -> Ledger {
        let file = FramedFile(path: folder.path + "/journal")
        let ledger = Ledger(file: file, gate: signer.gate(), now: { Orders.start })
        try await ledger.load()
        return ledger
    }

    @Test("is asked until the answer is no, which the journal keeps")
    func withdrawn() async throws {
        let ledger = try await ledger()
        let link = ScriptedLink(standings: [false, false, true].map(OrderStanding.init))
        let watch = OrderWatch(ledger: ledger, link: link, clock: InstantClock(), logger: .silent)
        _ = try await ledger.receive(try signer.sign(Orders.scan()))
        try await watch.beside { await ledger.waitForWithdrawal() }
        #expect(await ledger.activeRun?.isWithdrawn == true)
        let again = try await self.ledger()
        #expect(await again.activeRun?.isWithdrawn == true)
    }

    @Test("is not asked again of a control plane that does not know it")
    func unknown() async throws {
        let ledger = try await ledger()
        let link = ScriptedLink()
        let watch = OrderWatch(ledger: ledger, link: link, clock: InstantClock(), logger: .silent)
        _ = try await ledger.receive(try signer.sign(Orders.scan()))
        try await watch.beside {
            while await link.questions == 0 { await Task.yield() }
            for _ in 0..<1_000 { await Task.yield() }
        }
        #expect(await link.questions == 1)
        #expect(await ledger.activeRun?.isWithdrawn == false)
    }
}
