import AgentProtocol
import HostAgent
import LocalFleet
import Testing

/// The agent ends at every single point of its journal, before or behind the write, on real apt and dpkg.
@Suite("An agent that ends at any step", .timeLimit(.minutes(10)), .serialized)
struct AptCrashTests {
    /// More than the longest run records; the test says so when it is not.
    static let faults: [FaultyFile.Fault] = (2...18).flatMap { [.before($0), .after($0)] }

    @Test("goes on there: everything installed once, one reboot, the same end", arguments: faults)
    func everyStep(fault: FaultyFile.Fault) async throws {
        let host = try await AptHost(
            installed: [LocalPackage("acme-kernel", "6.1-1"), LocalPackage("acme-web", "1.0-1")],
            updates: [
                LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot),
                LocalPackage("acme-web", "1.0-2"),
            ]
        )
        let patches = [Orders.patch("acme-kernel", "6.1-2"), Orders.patch("acme-web", "1.0-2")]
        let order = Orders.install(patches)

        let first = try await host.ledger(fault: fault)
        #expect(try await host.take(order, into: first) == .take(order))
        await #expect(throws: JournalFailure.self, "\(fault) is behind the end of the run: shorten the list") {
            try await host.driver(first).drive()
        }

        let second = try await host.ledger()
        try await host.driver(second).resume()

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
        for patch in patches {
            #expect(try host.host.installations(of: patch.name, version: patch.version) == 1)
        }
        #expect(try await second.receive(order, by: host) == .repeated(try #require(reports.last)))
    }
}

extension Ledger {
    fileprivate func receive(_ order: Order, by host: AptHost) async throws -> Reception {
        try await host.take(order, into: self)
    }
}
