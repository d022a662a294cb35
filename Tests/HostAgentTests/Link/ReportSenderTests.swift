import AgentProtocol
import Foundation
import HostAgent
import Logging
import Synchronization
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
            .unreachable("1"), .unavailable(status: 503, detail: "2"), .unauthorized(detail: "3"),
        ])
        let digest = try inventories().keep(Self.inventory)
        let reports = await ledger.outbox
        #expect(reports.count == 2)
        try await sender(ledger, link).drain()
        let sent = await link.sent
        #expect(sent == [.inventory(digest), .reports(reports)])
        #expect(await ledger.outbox.isEmpty)
        #expect(await ledger.inventories.isEmpty, "an inventory that was taken is of no more use")
        #expect(clock.now.offset > .seconds(30) && clock.now.offset < .seconds(400), "\(clock.now.offset)")
    }

    @Test("goes on after a restart with the same numbers")
    func restart() async throws {
        let before = try await scanned()
        let reports = await before.outbox
        let after = try await ledger()
        #expect(await after.outbox == reports)
    }

    @Test("hands over the reports of reboots, and gives them up where they are not taken", arguments: [true, false])
    func boots(isTaken: Bool) async throws {
        let ledger = try await scanned()
        _ = try inventories().keep(Self.inventory)
        for boot in ["one", "two"] { try await ledger.enter(BootFacts(bootID: boot, kernel: "6.1")) }
        let (boots, reports) = (await ledger.bootReports, await ledger.outbox)
        let failure = isTaken ? LinkFailure.unreachable("1") : .rejected(status: 400, detail: "unknown")
        let link = ScriptedLink(failures: [failure])
        try await sender(ledger, link).drain()
        let sent = await link.sent
        #expect(boots.count == 1 && sent.contains(.boots(boots)) == isTaken)
        #expect(sent.last == .reports(reports))
        #expect(await ledger.bootReports.isEmpty)
        #expect(await ledger.outbox.isEmpty)
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
        let refusals = Mutex(7)
        let link = ScriptedLink(refusesForGood: { report in
            report.fact.isTerminal
                && refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
        })
        try await sender(ledger, link).drain()
        #expect(await link.reports.last?.fact.isTerminal == true)
        #expect(await ledger.outbox.isEmpty)
    }

    @Test(
        "hands over what programs printed behind the reports, and gives up what is not taken",
        arguments: [true, false]
    )
    func outputs(isTaken: Bool) async throws {
        let ledger = try await scanned()
        let outputs = try OutputStore(folder: folder.path + "/outputs")
        try outputs.keep(Array("text".utf8), of: "a/b#0#1", named: "apt")
        let failure = isTaken ? LinkFailure.unreachable("1") : .rejected(status: 400, detail: "no")
        let link = ScriptedLink(outputFailures: [failure])
        try await sender(ledger, link, outputs).drain()
        let sent = await link.sent
        #expect(sent.dropLast(isTaken ? 1 : 0).last.map { if case .reports = $0 { true } else { false } } == true)
        #expect(sent.contains(.output(order: "a/b#0#1", name: "apt")) == isTaken)
        #expect(try outputs.pending().isEmpty)
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/outputs/a%2Fb%230%231")
        #expect(kept == ["apt+sent.gz"], "for whoever looks on the host itself")
    }

    @Test("says that the proof is lost when the control plane misses an inventory that is not here any more")
    func lostInventory() async throws {
        let ledger = try await scanned()
        try inventories().sweep(keeping: [])
        let link = ScriptedLink(status: 409, refusesForGood: { $0.fact.inventory != nil })
        try await sender(ledger, link).drain()
        let facts = await link.reports.map(\.fact)
        guard facts.first == .accepted, case .failed(.unknown, let detail, nil, []) = facts.last else {
            Issue.record("\(facts)")
            return
        }
        #expect(detail.contains("neither on the control plane nor on this host"))
        #expect(await ledger.outbox.isEmpty)
    }

    @Test("reports a run without proof when the control plane does not take its inventory")
    func rejectedInventory() async throws {
        let ledger = try await scanned()
        let link = ScriptedLink(failures: [.rejected(status: 413, detail: "too large")])
        try await sender(ledger, link).drain()
        guard case .failed(.unknown, let detail, nil, [])? = await link.reports.last?.fact else {
            Issue.record("\(await link.sent)")
            return
        }
        #expect(detail.contains("(413): too large"))
    }

    @Test("delivers the rest while something is refused")
    func blocked() async throws {
        let ledger = try await scanned()
        _ = try await ledger.receive(try signer.sign(Orders.scan(id: "next")))
        try await ledger.record(.accepted)
        let link = ScriptedLink(refusesForGood: { $0.fact.isTerminal })
        let sender = try sender(ledger, link)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            for await _ in await ledger.changes() where await ledger.outbox.map(\.order) == [Orders.scan().id] { break }
            group.cancelAll()
        }
        #expect(Set(await link.reports.map(\.order)) == [Orders.scan().id, "next"])
    }

    @Test("comes back within five minutes when the clocks are apart")
    func clockSkew() {
        var backoff = Backoff.link
        for _ in 0..<20 { #expect(backoff.wait(after: .unauthorized(detail: "clock")) <= .seconds(300)) }
    }

    // MARK: - Given

    private static let inventory = Inventory(
        platform: "debian",
        platformVersion: "12",
        architecture: "amd64",
        packages: [],
        updates: [],
        newcomers: [],
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

    private func sender(
        _ ledger: Ledger,
        _ link: ScriptedLink,
        _ outputs: OutputStore? = nil
    ) throws -> ReportSender {
        ReportSender(
            ledger: ledger,
            link: link,
            inventories: try inventories(),
            outputs: outputs,
            clock: clock,
            logger: .silent
        )
    }
}
