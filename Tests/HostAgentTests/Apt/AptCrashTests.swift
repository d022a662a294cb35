import AgentProtocol
import HostAgent
import LocalFleet
import Testing

/// The agent ends at every single point of its journal, before or behind the write, on real apt and dpkg.
@Suite("An agent that ends at any step", .timeLimit(.minutes(10)), .serialized)
struct AptCrashTests {
    /// How many lines the run below writes.
    static let lines = 16
    /// Behind a line that is an effect's outcome a crash is as one before the next; behind an intent it is not.
    static let intents = [1, 7, 11, 13, 16]
    static let faults = (1...lines).map { FaultyFile.Fault.before($0) } + intents.map { FaultyFile.Fault.after($0) }

    @Test("has all its steps in the list below")
    func complete() async throws {
        let host = try await Self.host()
        let ledger = try await host.ledger()
        _ = try await host.take(Self.order, into: ledger)
        try await host.driver(ledger).drive()
        #expect(try FramedFile.peek(host.journal).count == Self.lines)
    }

    @Test("goes on there: everything installed once, one reboot, the same end", arguments: faults)
    func everyStep(fault: FaultyFile.Fault) async throws {
        let host = try await Self.host()
        let first = try await host.ledger(fault: fault)
        await #expect(throws: JournalFailure.self) {
            _ = try await host.take(Self.order, into: first)
            try await host.driver(first).drive()
        }

        let second = try await host.ledger()
        try await host.driver(second).resume()
        if fault == .before(1) {
            // The order never got into the journal: the control plane offers it again.
            #expect(try await host.take(Self.order, into: second) == .take(Self.order))
            try await host.driver(second).drive()
        }

        let reports = await second.outbox
        #expect(reports.map(\.sequence) == Array(1...reports.count))
        guard case .installed(let result)? = reports.last?.fact else {
            Issue.record("\(String(describing: reports.last))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed, .installed])
        #expect(result.patches.map(\.versionBefore) == ["6.1-1", "1.0-1"])
        #expect(result.reboot?.outcome == .confirmed)
        #expect(host.reboots == 1)
        for patch in Self.patches {
            #expect(try host.host.installations(of: patch.name, version: patch.version) == 1)
        }
        #expect(try await host.take(Self.order, into: second) == .repeated(try #require(reports.last)))
    }

    // MARK: - Given

    private static let patches = [Orders.patch("acme-kernel", "6.1-2"), Orders.patch("acme-web", "1.0-2")]
    private static let order = Orders.install(patches)

    private static func host() async throws -> AptHost {
        try await AptHost(
            installed: [LocalPackage("acme-kernel", "6.1-1"), LocalPackage("acme-web", "1.0-1")],
            updates: [
                LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot),
                LocalPackage("acme-web", "1.0-2"),
            ]
        )
    }
}
