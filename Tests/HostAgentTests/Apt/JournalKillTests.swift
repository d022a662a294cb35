import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Testing

/// The agent ends at every line of its journal in runs that have more than an install: hooks, a reboot slot, broken packages.
///
/// What lines there are a run without kills tells.
@Suite("An agent that ends at any line of a run", .timeLimit(.minutes(10)), .serialized)
struct JournalKillTests {
    enum Case: String, CaseIterable, Sendable {
        /// All four hooks, and a reboot behind a slot.
        case hooked
        /// One patch of three is broken, so that the others are installed without it.
        case parted
    }

    @Test("ends as one that went through", arguments: Case.allCases)
    func everyLine(example: Case) async throws {
        let host = try await Self.host(example)
        let ledger = try await host.ledger()
        _ = try await host.take(Self.order(example, on: host), into: ledger)
        try await Self.driver(host, ledger).drive()
        let reference = try await HostEnd(of: host, ledger)
        try Self.require(reference, of: example, host)

        let lines = try FramedFile.peek(host.journal).map { String(decoding: $0, as: UTF8.self) }
        // Behind the outcome of an effect a kill is as one before the next line.
        let intents = lines.indices.filter { !lines[$0].contains("\"observed\"") }.map { $0 + 1 }
        let faults = (1...lines.count).map { FaultyFile.Fault.before($0) } + intents.map { FaultyFile.Fault.after($0) }
        try await inPairs(faults) { try await Self.check($0, example, against: reference) }
    }

    // MARK: - Steps

    /// The run is one that has what it is for.
    private static func require(_ end: HostEnd, of example: Case, _ host: AptHost) throws {
        try #require(end.isWellReported, "\(end)")
        switch example {
        case .hooked:
            try #require(end.isInstalled && end.reboots == 1 && end.steps.count == 4, "\(end)")
            try #require(try hooks(of: host) == Order.Hook.allCases.map(\.rawValue))
        case .parted:
            try #require(end.patches.filter { $0.contains("installed") }.count == 2, "\(end)")
            try #require(end.patches.filter { $0.contains("failed") }.count == 1, "\(end)")
        }
    }

    private static func check(_ fault: FaultyFile.Fault, _ example: Case, against reference: HostEnd) async throws {
        let host = try await host(example)
        let order = order(example, on: host)
        let first = try await host.ledger(fault: fault)
        await #expect(throws: JournalFailure.self, "\(fault)") {
            _ = try await host.take(order, into: first)
            try await driver(host, first).drive()
        }
        let second = try await host.ledger()
        try await driver(host, second).resume()
        if await second.outbox.isEmpty {
            // The order never got into the journal: the control plane offers it again.
            _ = try await host.take(order, into: second)
            try await driver(host, second).drive()
        }
        let end = try await HostEnd(of: host, second)
        #expect(end == reference, "\(example), \(fault)")
        guard example == .hooked else { return }
        // A step whose end did not get into the journal is done again, next to itself.
        #expect(try hooks(of: host) == Order.Hook.allCases.map(\.rawValue), "\(fault)")
    }

    /// What the hooks wrote, the same line once.
    private static func hooks(of host: AptHost) throws -> [String] {
        let text = try String(contentsOfFile: host.folder.path + "/hooks", encoding: .utf8)
        var names: [String] = []
        for name in text.split(separator: "\n").map(String.init) where names.last != name { names.append(name) }
        return names
    }

    private static func driver(_ host: AptHost, _ ledger: Ledger) -> HostRunDriver {
        let grant = RebootSlotAnswer(grant: RebootSlotGrant(fence: 1, seconds: 900), retrySeconds: 1, detail: "")
        return host.driver(ledger, link: ScriptedLink(slots: Array(repeating: grant, count: 9)))
    }

    // MARK: - Given

    private static func order(_ example: Case, on host: AptHost) -> Order {
        switch example {
        case .parted:
            return Orders.install(["acme-broken", "acme-kernel", "acme-web"].map { Orders.patch($0, "2") })
        case .hooked:
            var order = Orders.install(
                ["acme-kernel", "acme-web"].map { Orders.patch($0, "2") },
                // A step that is begun again ends what is left of its order, which no other test may have.
                id: "kills-\(host.folder.path.suffix(36))",
                rebootSlot: "db"
            )
            order.hooks = Order.Hooks(
                beforeInstall: document(.beforeInstall, host),
                afterInstall: document(.afterInstall, host),
                afterReboot: document(.afterReboot, host),
                onExit: document(.onExit, host)
            )
            return order
        }
    }

    /// A step that leaves a line beside the root.
    private static func document(_ hook: Order.Hook, _ host: AptHost) -> Order.Document {
        let text = "echo \(hook.rawValue) >> '\(host.folder.path)/hooks'; echo done\n"
        let step = Order.Step(name: "note", work: .script(text, shell: .bash), timeoutSeconds: 60)
        return Order.Document(name: hook.rawValue, steps: [step])
    }

    private static func host(_ example: Case) async throws -> AptHost {
        let names = ["acme-kernel", "acme-web"] + (example == .parted ? ["acme-broken"] : [])
        let broken = LocalPackage("acme-broken", "2", preinst: "echo no; exit 1")
        return try await AptHost(
            installed: names.map { LocalPackage($0, "1") },
            updates: [
                LocalPackage("acme-kernel", "2", postinst: LocalPackage.asksForReboot), LocalPackage("acme-web", "2"),
            ] + (example == .parted ? [broken] : [])
        )
    }
}
