import AgentProtocol
import HostAgent
import Logging
import Testing
import Time

@Suite("The report sender", .timeLimit(.minutes(10)))
struct ReportSenderTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()
    private let clock = InstantClock()

    init() throws { folder = try TemporaryFolder() }

    @Test("repeats what was not acknowledged until it is, inventory first")
    func resends() async throws {
        let ledger = try await scanned()
        let link = ScriptedLink(failures: [
            .unreachable("1"), .unavailable(status: 503, detail: "2"), .revoked(detail: "3"),
        ])
        let digest = try inventories().keep(Self.inventory)
        let reports = await ledger.outbox
        #expect(reports.count == 2)
        try await sender(ledger, link).drain()
        let sent = await link.sent
        #expect(sent == [.inventory(digest), .reports(reports)])
        #expect(await ledger.outbox.isEmpty)
        #expect(try inventories().content(of: digest) == nil, "an inventory that was taken is of no more use")
        #expect(clock.now.offset > .seconds(900), "revoked is no reason to hurry: \(clock.now.offset)")
    }

    @Test("goes on after a restart with the same numbers")
    func restart() async throws {
        let before = try await scanned()
        let reports = await before.outbox
        let after = try await ledger()
        #expect(await after.outbox == reports)
    }

    @Test("drops a refusal that the control plane will never take, and delivers the rest")
    func unknownOrder() async throws {
        let ledger = try await scanned()
        var forged = try signer.sign(Orders.scan(id: "forged"))
        forged.signature = ""
        _ = try await ledger.receive(forged)
        let link = ScriptedLink(refusesForGood: { $0.order == "forged" })
        try await sender(ledger, link).drain()
        #expect(await ledger.outbox.isEmpty)
        let orders = await link.sent.map { sent in
            if case .reports(let reports) = sent { reports.map(\.order) } else { [String]() }
        }
        #expect(!orders.joined().contains("forged") && orders.joined().count == 2)
    }

    @Test("never drops a result, however often it is refused")
    func result() async throws {
        let ledger = try await scanned()
        let refusals = (0..<7).map { LinkFailure.rejected(status: 400, detail: "\($0)") }
        let link = ScriptedLink(failures: refusals)
        try await sender(ledger, link).drain()
        let reports = await link.sent.flatMap { if case .reports(let reports) = $0 { reports } else { [Report]() } }
        #expect(reports.map(\.sequence) == [1, 2])
    }

    // MARK: - Given

    private static let inventory = Inventory(
        platform: "debian",
        platformVersion: "12",
        architecture: "amd64",
        packages: [],
        updates: [],
        indexes: [],
        rebootReasons: []
    )

    private func inventories() throws -> InventoryStore { try InventoryStore(folder: folder.path + "/inventories") }

    private func ledger() async throws -> Ledger {
        let ledger = Ledger(
            file: FramedFile(path: folder.path + "/journal"),
            gate: signer.gate(),
            now: { Orders.start }
        )
        try await ledger.load()
        return ledger
    }

    /// A ledger with a finished scan in its outbox.
    private func scanned() async throws -> Ledger {
        let ledger = try await ledger()
        _ = try await ledger.receive(try signer.sign(Orders.scan()))
        try await ledger.record(.accepted)
        try await ledger.record(.ended(.scanned(inventory: try inventories().keep(Self.inventory))))
        return ledger
    }

    private func sender(_ ledger: Ledger, _ link: ScriptedLink) throws -> ReportSender {
        ReportSender(ledger: ledger, link: link, inventories: try inventories(), clock: clock, logger: .silent)
    }
}
