import AgentProtocol
import Testing
import Time

@testable import HostAgent

@Suite("What a host's own people are shown")
struct JournalLineTests {
    private let state: StateFolder
    private let folder: TemporaryFolder
    private let signer = OrderSigner()

    init() throws {
        folder = try TemporaryFolder()
        state = StateFolder(folder.path)
    }

    @Test("The journal in words, of all orders or of one, and never more than asked for")
    func journal() async throws {
        let ledger = try await ledger()
        try await ledger.enter(BootFacts(bootID: "one", kernel: "6.1"))
        for id in ["o1", "o2"] {
            _ = try await ledger.receive(try signer.sign(Orders.scan(id: id)))
            for event in [HostRunEvent.accepted, .ended(.scanned(inventory: "d"))] { try await ledger.record(event) }
        }
        let run = ["order taken", "order accepted", "order done"]
        #expect(try JournalLine.read(state, last: 100).map(\.event) == ["booted"] + run + run)
        let one = try JournalLine.read(state, order: "o1", last: 100)
        #expect(one.map(\.event) == run && one.allSatisfy { $0.order == "o1" })
        #expect(one[1].description == "\(Orders.start)  o1  order accepted")
        #expect(try JournalLine.read(state, last: 2).map(\.event) == Array(run.suffix(2)))
        #expect(try JournalLine.read(state, last: -1) == [])
    }

    @Test("The status: the order under way with its window, the last refusal, and the limits")
    func status() async throws {
        let host = try FakeHost(folder: folder)
        try state.keep(host.configuration)
        let idle = try await host.status(of: state)
        #expect(idle.underWay == nil && idle.lastContact == nil && idle.limits == ["never rebooted"])
        #expect(idle.lines.map(\.label).contains("under way"))

        let ledger = try await ledger()
        var late = Orders.install([Orders.patch("web", "2.0")], id: "late")
        late.expires = Orders.start
        _ = try await ledger.receive(try signer.sign(late))
        _ = try await ledger.receive(try signer.sign(Orders.install([Orders.patch("web", "2.0")])))
        try await ledger.record(.accepted)
        let status = try await host.status(of: state)
        #expect(status.underWay?.order == "rollout-1#0#1" && status.underWay?.step == "accepted")
        #expect(status.underWay?.waitsFor?.contains("\(Orders.start)") == true)
        #expect(status.lastRefusal?.order == "late" && status.lastRefusal?.outcome == "refused (expired)")
        #expect(status.reportsToSend == 2)
    }

    /// A root without a package manager, whose owner lets nothing reboot it.
    private struct FakeHost {
        let configuration: AgentConfiguration
        private let limits: HostLimitsFile

        init(folder: TemporaryFolder) throws {
            let path = folder.path + "/limits.json"
            try DurableFile.write(Array(#"{"neverReboot": true}"#.utf8), to: path, mode: 0o600)
            limits = HostLimitsFile(path: path)
            configuration = AgentConfiguration(
                server: "https://ringmaster.example.com",
                node: Orders.node,
                site: "london",
                patchGroup: "early",
                activation: "act-1",
                root: folder.path + "/root",
                orderKeys: []
            )
        }

        func status(of state: StateFolder) async throws -> AgentStatus {
            try await AgentStatus.read(state, limits: limits, now: Orders.start - Duration.seconds(60))
        }
    }

    private func ledger() async throws -> Ledger {
        let ledger = Ledger(file: FramedFile(path: state.journalFile), gate: signer.gate(), now: { Orders.start })
        try await ledger.load()
        return ledger
    }
}
