import AgentProtocol
import Foundation
import HostAgent
import Synchronization
import Testing
import Time

/// The agent's own parts, its journal file and a real bash; only the package manager is made up.
@Suite("Documents carried out by an agent", .timeLimit(.minutes(10)))
struct DocumentDriverTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()
    private let packages = OnePackage()
    private let id = "rollout-\(UUID().uuidString)#0#1"

    init() throws {
        folder = try TemporaryFolder()
        try write("boot-1", to: "boot")
        try write(
            "#!/bin/sh\necho reboot >>'\(folder.path)/trace'\necho boot-$$ >'\(folder.path)/boot'\n",
            to: "reboot"
        )
    }

    // MARK: - Given

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.path + "/" + name))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/" + name)
    }

    private func ledger(_ fault: FaultyFile.Fault = .never) async throws -> Ledger {
        let file = FaultyFile(path: folder.path + "/journal", fault: fault)
        let ledger = Ledger(file: file, gate: signer.gate(), now: { Orders.start })
        try await ledger.load()
        return ledger
    }

    private func driver(_ ledger: Ledger) throws -> HostRunDriver {
        let executor = HostExecutor(
            packages: packages,
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            outputs: try OutputStore(folder: folder.path + "/outputs"),
            boot: Boot(identityFile: folder.path + "/boot", command: [folder.path + "/reboot"]),
            steps: StepRunner(folder: folder.path + "/steps"),
            now: { Orders.start },
            clock: InstantClock()
        )
        let clock = InstantClock()
        return HostRunDriver(
            ledger: ledger,
            executor: executor,
            slots: SlotDesk(ledger: ledger, link: ScriptedLink(), now: { Orders.start }, clock: clock, logger: .silent),
            now: { Orders.start },
            clock: clock,
            logger: .silent
        )
    }

    private func carryOut(_ order: Order) async throws -> Report? {
        let ledger = try await ledger()
        _ = try await ledger.receive(try signer.sign(order))
        try await driver(ledger).drive()
        return await ledger.outbox.last
    }

    /// What the steps wrote, line by line.
    private var trace: [String] {
        get throws {
            let text = try String(contentsOfFile: folder.path + "/trace", encoding: .utf8)
            return text.split(separator: "\n").map(String.init)
        }
    }

    private func document(_ scripts: String...) -> Order.Document {
        let steps = scripts.enumerated().map { number, script in
            let text = "exec 3>>'\(folder.path)/trace'\n\(script)\n"
            return Order.Step(name: "s\(number + 1)", work: .script(text, shell: .bash), timeoutSeconds: 60)
        }
        return Order.Document(name: "doc", steps: steps)
    }

    private func order(_ document: Order.Document) -> Order {
        var order = Orders.scan(id: id)
        (order.version, order.work) = (2, .run(document))
        return order
    }

    // MARK: - Runs

    @Test("A document with a restart in its middle is carried out to its end")
    func restart() async throws {
        let order = order(
            document(
                "echo first >&3",
                "echo second $RINGMASTER_ATTEMPT >&3; [[ $RINGMASTER_ATTEMPT -gt 1 ]] || exit 194; echo back",
                "echo third >&3; exit 168",
                "echo never >&3"
            )
        )
        let report = try #require(try await carryOut(order))
        #expect(report.fact == .ran(kind: nil, detail: nil))
        #expect(try trace == ["first", "second 1", "reboot", "second 2", "third"])
        #expect(report.steps?.map(\.name) == ["s1", "s2", "s3"])
        #expect(report.steps?.map(\.attempts) == [1, 2, 1])
        #expect(report.steps?.map(\.exitCode) == [0, 0, 168])
        #expect(report.steps?[1].output == "back\n")
        let kept = try OutputStore(folder: folder.path + "/outputs").pending()
        #expect(kept.map(\.order) == [id] && kept.map(\.name) == ["steps"])
    }

    @Test("A step that nobody wants any more is ended with all that it began, and none follows")
    func withdrawn() async throws {
        let ledger = try await ledger()
        let order = order(
            document(
                "sleep 600 & echo $! >'\(folder.path)/child'; echo first >&3; wait; echo late >&3",
                "echo never >&3"
            )
        )
        _ = try await ledger.receive(try signer.sign(order))
        let driver = try driver(ledger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await driver.drive() }
            while (try? trace) != ["first"] { try await Task.sleep(for: .milliseconds(20)) }
            try await ledger.withdraw("another")
            try await ledger.withdraw(order.id)
            try await group.waitForAll()
        }
        let report = try #require(await ledger.outbox.last)
        guard case .ran(.cancelled?, _) = report.fact else {
            Issue.record("\(report.fact)")
            return
        }
        #expect(report.steps?.map(\.state) == [.cancelled])
        #expect(try trace == ["first"])
        let child = try String(contentsOfFile: folder.path + "/child", encoding: .utf8)
        let stat = try? String(contentsOfFile: "/proc/\(child.dropLast())/stat", encoding: .utf8)
        #expect(stat?.contains(") Z ") != false, "\(stat ?? "")")
    }

    @Test("Hooks run around an install, and their failure is the run's", arguments: [false, true])
    func hooks(fails: Bool) async throws {
        var order = Orders.install([OnePackage.patch], id: id)
        order.version = 2
        order.hooks = Order.Hooks(
            beforeInstall: document("echo $RINGMASTER_HOOK >&3"),
            afterInstall: document("echo $RINGMASTER_HOOK >&3; echo broken >&2; exit \(fails ? 9 : 0)"),
            onExit: document("echo $RINGMASTER_HOOK >&3")
        )
        let report = try #require(try await carryOut(order))
        #expect(try trace == ["before-install", "after-install", "on-exit"])
        #expect(packages.installs == 1)
        guard fails else {
            guard case .installed = report.fact else {
                Issue.record("\(report.fact)")
                return
            }
            return
        }
        guard case .failed(.script, let detail, _, let patches) = report.fact else {
            Issue.record("\(report.fact)")
            return
        }
        #expect(detail == "step s1 of after-install document doc ended with exit code 9: broken\n")
        #expect(patches.map(\.state) == [.installed])
        #expect(report.steps?.map(\.state) == [.succeeded, .failed, .succeeded])
    }

    @Test(
        "An agent that is killed at any record of its journal ends the same; a step runs at most once more",
        arguments: 1...12
    )
    func killed(at record: Int) async throws {
        let order = order(document("echo one >&3", "echo two >&3"))
        do {
            let ledger = try await ledger(.before(record))
            _ = try await ledger.receive(try signer.sign(order))
            try await driver(ledger).drive()
        } catch {
            // The journal took no more: this agent is gone.
        }
        let second = try await ledger()
        if await second.activeRun == nil, await second.outbox.isEmpty {
            _ = try await second.receive(try signer.sign(order))
        }
        try await driver(second).resume()
        let report = try #require(await second.outbox.last)
        #expect(report.fact == .ran(kind: nil, detail: nil))
        let words = try trace
        #expect(["one", "two"].allSatisfy { word in (1...2).contains(words.count { $0 == word }) })
        #expect(words.count <= 3 && words.last == "two")
        #expect(report.steps?.map(\.state) == [.succeeded, .succeeded])
    }
}

/// One package that has an update.
private final class OnePackage: PackageManager {
    static let patch = Orders.patch("web", "2.0")

    private let count = Mutex(0)

    var installs: Int { count.withLock { $0 } }

    func waitForOthers(toRefresh: Bool, within limit: Duration) async throws(StepFailure) {}

    func refresh() async throws(StepFailure) {}

    func inventory() async throws(StepFailure) -> Inventory {
        Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: [],
            updates: [],
            newcomers: [],
            indexes: [],
            rebootReasons: []
        )
    }

    func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates {
        let version = installs > 0 ? "2.0" : "1.0"
        let web = PackageState(name: "web", architecture: "all", version: version, isConfigured: true, isHeld: false)
        return PackageStates(packages: [web], isConsistent: true)
    }

    func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange] {
        transaction.patches.map {
            PlannedChange(.install, name: $0.name, architecture: "all", from: "1.0", to: $0.version)
        }
    }

    func download(_ transaction: PackageTransaction) async throws(StepFailure) {}

    func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure? {
        count.withLock { $0 += 1 }
        return nil
    }

    func repair(allowing transaction: PackageTransaction, waiting limit: Duration) async throws(StepFailure) {}

    var logs: [RunLog] { [] }

    func clean() throws(StepFailure) {}

    func rebootRequest() throws(StepFailure) -> RebootRequest { RebootRequest(reasons: [], packages: []) }
}
