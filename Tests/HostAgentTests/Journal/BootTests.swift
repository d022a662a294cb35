import AgentProtocol
import HostAgent
import Testing

@Suite("Boots in the journal", .timeLimit(.minutes(10)))
struct BootTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()
    private let boots = ["one", "two", "three"].map { BootFacts(bootID: $0, kernel: "6.1") }

    init() throws { folder = try TemporaryFolder() }

    @Test("that nobody ordered are reported, once; the first one that is known is none")
    func unordered() async throws {
        let ledger = try await ledger()
        try await ledger.enter(boots[0])
        try await ledger.enter(boots[0])
        #expect(await ledger.bootReports == [])
        try await ledger.enter(boots[1])
        try await ledger.enter(boots[1])
        let report = BootReport(at: Orders.start, order: nil, outcome: .unordered, before: boots[0], after: boots[1])
        #expect(await ledger.bootReports == [report])
        #expect(try await self.ledger().bootReports == [report])
        try await ledger.acknowledge([report])
        #expect(try await self.ledger().bootReports == [])
    }

    @Test("that a run led to are not unordered, a power cut after them is")
    func ordered() async throws {
        let ledger = try await ledger()
        try await ledger.enter(boots[0])
        _ = try await ledger.receive(try signer.sign(Orders.install([])))
        try await ledger.record(.rebooting(boots[0]))
        try await ledger.enter(boots[1])
        #expect(await ledger.bootReports.map(\.outcome) == [.announced])
        for event in [HostRunEvent.resumed, .verifying(boots[1])] { try await ledger.record(event) }
        try await ledger.enter(boots[2])
        #expect(await ledger.bootReports.map(\.outcome) == [.announced, .unordered])
    }

    @Test("are remembered when the journal is compacted, and wait in a number that is bounded")
    func bounds() throws {
        var state = AgentState()
        for number in 0...AgentState.maximumBoots + 5 {
            let boot = BootFacts(bootID: "boot-\(number)", kernel: "6.1")
            state.apply(JournalRecord(at: Orders.start, .booted(boot)))
        }
        #expect(state.bootReports.count == AgentState.maximumBoots)
        #expect(!state.isSettled)
        state.apply(JournalRecord(at: Orders.start, .bootsAcknowledged(AgentState.maximumBoots + 1)))
        #expect(state.isSettled)
        var again = AgentState()
        for record in state.compacted(at: Orders.start) { again.apply(record) }
        #expect(again.boot == state.boot && again.boot != nil)
    }

    private func ledger() async throws -> Ledger {
        let ledger = Ledger(
            file: FramedFile(path: folder.path + "/journal"),
            gate: signer.gate(),
            now: { Orders.start }
        )
        try await ledger.load()
        return ledger
    }
}
