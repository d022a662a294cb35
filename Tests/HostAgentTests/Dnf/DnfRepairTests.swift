import AgentProtocol
import Foundation
import HostAgent
import Testing

/// Real dnf and rpm that are cut off in the middle of their work.
@Suite("dnf on a damaged root folder", .timeLimit(.minutes(10)))
struct DnfRepairTests {
    private let web = RPMPackage("acme-web", "1.0-1")
    private let newWeb = RPMPackage("acme-web", "1.0-2")
    private let tls = RPMPackage("acme-tls", "1:3.0-1")

    @Test("takes dnf killed in the middle of its work up again")
    func killed() async throws {
        let suicidal = RPMPackage("acme-tls", "1:3.0-2", post: once("posix.kill(posix.getprocessid('pid'), 9)"))
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, suicidal])
        // A newer version that nobody ordered must not come in by way of the repair.
        try await host.publish([RPMPackage("acme-tls", "1:3.0-3")], in: .updates)
        let fact = try await host.run(Orders.install([Orders.rpm(suicidal), Orders.rpm(newWeb)]))
        guard case .installed(let result)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed, .installed])
        #expect(try await host.installed() == ["acme-tls 1:3.0-2", "acme-web 1.0-2"])
        #expect(try await host.dnf.states(of: [], isPatient: false).isConsistent)
    }

    @Test(
        "goes on where its agent ended: before dnf, behind it, and behind the scan",
        arguments: [FaultyFile.Fault.after(7), .before(8), .before(9)]
    )
    func agentEnded(fault: FaultyFile.Fault) async throws {
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb])
        let order = Orders.install([Orders.rpm(newWeb)])
        let first = try await host.ledger(fault: fault)
        await #expect(throws: JournalFailure.self) {
            _ = try await host.take(order, into: first)
            try await host.driver(first).drive()
        }
        // The lines end behind the intent, the transaction and the scan.
        #expect(try await host.installed().contains("acme-web 1.0-2") == (fault != .after(7)))

        let second = try await host.ledger()
        try await host.driver(second).resume()
        guard case .installed(let result)? = await second.outbox.last?.fact else {
            Issue.record("\(String(describing: await second.outbox.last))")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.patches.map(\.versionBefore) == ["1.0-1"])
        // One transaction of dnf, whenever its agent ended.
        let history = try await host.person(["--quiet", "history", "list"])
        let rows = history.split(separator: "\n").filter { $0.split(separator: " ").first.flatMap { Int($0) } != nil }
        #expect(rows.count == 1)
        #expect(try await host.installed() == ["acme-tls 1:3.0-1", "acme-web 1.0-2"])
    }

    @Test("leaves what somebody put side by side, tells of it, and goes on")
    func doubles() async throws {
        let newTLS = RPMPackage("acme-tls", "1:3.0-2")
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, newTLS])
        try await host.rpm(["-i", "--force", "\(host.folder.path)/updates/\(newTLS.fileName)"])
        let states = try await host.dnf.states(of: ["acme-tls"], isPatient: false)
        #expect(states.isConsistent)
        #expect(states.packages.map(\.version) == [newTLS.version] && states.packages.map(\.isConfigured) == [true])
        try await host.dnf.refresh()
        #expect(try await host.dnf.inventory().packages.map(\.isBroken) == [true, true, nil])
        let transaction = PackageTransaction([Orders.rpm(newWeb)], newcomers: [])
        try await host.dnf.repair(allowing: transaction, waiting: .seconds(600))

        guard case .installed? = try await host.run(Orders.install([Orders.rpm(newWeb)])) else {
            Issue.record("not installed")
            return
        }
        #expect(try await host.installed() == ["acme-tls 1:3.0-1", "acme-tls 1:3.0-2", "acme-web 1.0-2"])
    }

    @Test("begins no transaction when the time for it is over")
    func late() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        let order = PackageTransaction([Orders.rpm(newWeb)], newcomers: [])
        try await host.dnf.refresh()
        try await host.dnf.download(order)
        #expect(await host.dnf.install(order, waiting: .zero)?.kind == .windowClosed)
        #expect(try await host.installed() == ["acme-web 1.0-1"])
        #expect(await host.dnf.install(order, waiting: .seconds(1)) == nil)
        #expect(try await host.installed() == ["acme-web 1.0-2"])
    }

    @Test("takes a package for what it is until its scripts have run", arguments: [true, false])
    func scripts(isMended: Bool) async throws {
        let script = isMended ? once("error('not yet')") : "error('not yet')"
        let fragile = RPMPackage("acme-tls", "1:3.0-2", post: script)
        let host = try await DnfHost(installed: [web, tls], updates: [newWeb, fragile])
        guard case .failed(.script, _, _, _)? = try await host.run(Orders.install([Orders.rpm(fragile)])) else {
            Issue.record("not a script's failure")
            return
        }
        let states = try await host.dnf.states(of: ["acme-tls"], isPatient: false)
        #expect(!states.isConsistent && states.packages.map(\.isConfigured) == [false])

        let fact = try await host.run(Orders.install([Orders.rpm(fragile), Orders.rpm(newWeb)], id: "rollout-2#0#1"))
        switch fact {
        case .installed(let result)? where isMended: #expect(result.patches.map(\.state) == [.installed, .installed])
        case .failed(.script, let detail, _, let patches)? where !isMended:
            #expect(detail.contains("not yet"))
            #expect(patches.map(\.state) == [.failed, .installed])
        default: Issue.record("\(String(describing: fact))")
        }
        #expect(try await host.installed() == ["acme-tls 1:3.0-2", "acme-web 1.0-2"])
        #expect(try await host.dnf.states(of: [], isPatient: false).isConsistent == isMended)
    }

    @Test("forgets a script's failure when somebody has replaced the package")
    func replaced() async throws {
        let fragile = RPMPackage("acme-tls", "1:3.0-2", post: "error('never')")
        let host = try await DnfHost(installed: [tls], updates: [fragile])
        guard case .failed(.script, _, _, _)? = try await host.run(Orders.install([Orders.rpm(fragile)])) else {
            Issue.record("not a script's failure")
            return
        }
        try await host.publish([RPMPackage("acme-tls", "1:3.0-3")], in: .updates)
        try await host.person(["--refresh", "upgrade", "acme-tls"])
        let states = try await host.dnf.states(of: ["acme-tls"], isPatient: false)
        #expect(states.isConsistent && states.packages.map(\.version) == ["1:3.0-3"])
    }

    @Test("waits for another dnf, and names it when it waits in vain")
    func lock() async throws {
        let host = try await DnfHost(installed: [web], updates: [newWeb])
        let process = ProcessInfo.processInfo.processIdentifier
        let path = host.root + "/var/lib/dnf/rpmdb_lock.pid"
        try DnfHost.write("\(process)", to: path)
        let order = Orders.install([Orders.rpm(newWeb)])
        guard case .failed(.lock, let detail, _, _)? = try await host.run(order) else {
            Issue.record("not waited for")
            return
        }
        #expect(detail.contains("process \(process)"))
        // What a killed dnf left is nobody's.
        try DnfHost.write("\(Int32.max)", to: path)
        guard case .installed? = try await host.run(Orders.install(order.patches, id: "rollout-2#0#1")) else {
            Issue.record("not installed")
            return
        }
    }

    /// Lua that does it the first time it runs on a root, and nothing later.
    private func once(_ script: String) -> String {
        """
        local flag = io.open('/once')
        if flag then flag:close() else
        io.open('/once', 'w'):close()
        \(script)
        end
        """
    }
}
