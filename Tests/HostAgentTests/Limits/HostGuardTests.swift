import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("A host that does not let an order in")
struct HostGuardTests {
    private let signer = OrderSigner()
    private let order = Orders.install([Orders.patch("web", "2.0")])

    @Test("for its clock says so, and scans all the same", arguments: [301, -301])
    func clock(seconds: Int) throws {
        let host = HostGuard(clockOff: .seconds(seconds))
        #expect(try reason(of: order, host) == .clock)
        #expect(try reason(of: Orders.scan(), host) == nil)
        for offset in [Duration.seconds(300), .seconds(-300)] {
            #expect(try reason(of: order, HostGuard(clockOff: offset)) == nil)
        }
    }

    @Test("for limits that do not read says so, and scans all the same")
    func limits() throws {
        let host = HostGuard(limits: .failure(AgentFailure("limits.json does not read")))
        #expect(try reason(of: order, host) == .hostLimits)
        #expect(try reason(of: Orders.scan(), host) == nil)
    }

    @Test("keeps in the journal what it lets the order do, and asks for each order anew")
    func journal() async throws {
        let folder = try TemporaryFolder()
        var limits = HostLimits()
        limits.neverReboot = true
        let ledger = Ledger(
            file: FramedFile(path: folder.path + "/journal"),
            gate: signer.gate(),
            host: { [limits] in HostGuard(limits: .success(limits)) },
            now: { Orders.start }
        )
        try await ledger.load()
        _ = try await ledger.receive(try signer.sign(order))
        let state = try AgentState(journal: FramedFile.peek(folder.path + "/journal"))
        #expect(state.activeRun?.order == Orders.install([Orders.patch("web", "2.0")], reboot: .never))
    }

    /// nil when the order is taken.
    private func reason(of order: Order, _ host: HostGuard) throws -> RefusalReason? {
        let envelope = try signer.sign(order)
        let reception = AgentState().receive(envelope, through: signer.gate(), allowedBy: host, at: Orders.start)
        if case .refuse(let refusal, _) = reception { return refusal.reason }
        #expect(reception == .take(order))
        return nil
    }
}
