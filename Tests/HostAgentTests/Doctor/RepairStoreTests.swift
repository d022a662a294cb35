import AgentProtocol
import Testing
import Time

@testable import HostAgent

@Suite("Recorded repairs")
struct RepairStoreTests {
    private let folder: TemporaryFolder
    private let store: RepairStore

    init() throws {
        folder = try TemporaryFolder()
        store = RepairStore(folder: folder.path + "/repairs")
    }

    @Test("wait until the control plane has them, and stay on the host")
    func settled() throws {
        #expect(try store.pending() == [] && store.all() == [])
        for number in [2, 1] { try store.keep(repair(number)) }
        let pending = try store.pending()
        #expect(pending.map(\.report) == [repair(1), repair(2)])
        try store.settle(pending[0])
        #expect(try store.pending().map(\.report) == [repair(2)])
        #expect(try store.all() == [repair(1), repair(2)])
    }

    @Test("are bounded, and so is a batch of them")
    func bounded() throws {
        for number in 1...RepairStore.maximumCount + 3 { try store.keep(repair(number)) }
        #expect(try store.all().first == repair(4))
        #expect(try store.all().count == RepairStore.maximumCount)
        #expect(try store.pending().count == ReportBatch.maximumRepairs)
    }

    @Test("are told with the next contact: once, and again after a failure", arguments: [true, false])
    func told(isTakenAtOnce: Bool) async throws {
        try store.keep(repair(1))
        let failures = isTakenAtOnce ? [] : [LinkFailure.unreachable("down")]
        let link = ScriptedLink(failures: failures)
        let desk = RepairDesk(store: store, link: link, logger: .silent)
        for _ in 1...3 { await desk.deliver() }
        #expect(await link.sent == [.repairs([repair(1)])])
        #expect(try store.pending() == [])
    }

    @Test("that the control plane does not take are given up")
    func rejected() async throws {
        try store.keep(repair(1))
        let link = ScriptedLink(failures: [.rejected(status: 400, detail: "unknown")])
        await RepairDesk(store: store, link: link, logger: .silent).deliver()
        #expect(try store.pending() == [])
    }

    private func repair(_ number: Int) -> RepairReport {
        let at = Orders.start + .seconds(number)
        return RepairReport(at: at, check: "package-lock", isRepaired: true, detail: "number \(number)")
    }
}
