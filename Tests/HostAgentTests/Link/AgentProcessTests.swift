import AgentProtocol
import Certificates
import Foundation
import HostAgent
import LocalFleet
import Subprocess
import Synchronization
import Testing
import Time

/// The built agent as people run it, against a control plane over HTTP and real apt on a root folder.
@Suite("The agent's process", .timeLimit(.minutes(10)))
struct AgentProcessTests {
    private let web = LocalPackage("acme-web", "1.0-1")

    @Test("enrols, scans, installs, is killed by its reboot, starts again and proves it")
    func wholeLife() async throws {
        try await withAgent(
            installed: [web, LocalPackage("acme-kernel", "6.1-1")],
            updates: [
                LocalPackage("acme-web", "1.0-2"),
                LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot),
            ]
        ) { agent in
            try await agent.plane.offer(Self.inTime(Orders.scan()))
            guard case .scanned(let digest) = await agent.plane.end(of: "rollout-0#0#1") else {
                Issue.record("not scanned")
                return
            }
            let bytes = try #require(await agent.plane.inventories[digest])
            let inventory = try JSONDecoder().decode(Inventory.self, from: Data(bytes))
            #expect(inventory.updates.map(\.name) == ["acme-kernel", "acme-web"])

            let patches = inventory.updates.map { Orders.patch($0.name, $0.version) }
            try await agent.plane.offer(Self.inTime(Orders.install(patches)))
            guard case .installed(let result) = await agent.plane.end(of: "rollout-1#0#1") else {
                Issue.record("\(await agent.plane.reports)")
                return
            }
            #expect(result.patches.map(\.state) == [.installed, .installed])
            #expect(result.reboot?.outcome == .confirmed)
            #expect(agent.starts == 2)
            #expect(try await agent.host.installedVersions() == ["acme-web": "1.0-2", "acme-kernel": "6.1-2"])
            #expect(await agent.plane.complaints.isEmpty)
        }
    }

    @Test("killed while dpkg runs a script leaves it at work, and the next one waits for it")
    func killedInScript() async throws {
        let slow = LocalPackage(
            "acme-web",
            "1.0-2",
            postinst: "echo begun > \"$DPKG_ROOT/tmp/begun\"; read line < \"$DPKG_ROOT/tmp/go-on\""
        )
        try await withAgent(installed: [web], updates: [slow]) { agent in
            for pipe in ["begun", "go-on"] { try await Self.tool("mkfifo", ["\(agent.host.root)/tmp/\(pipe)"]) }
            try await agent.plane.offer(Self.inTime(Orders.install([Orders.patch("acme-web", "1.0-2")])))
            // Reading the pipe waits until the script writes to it.
            try await Self.tool("cat", ["\(agent.host.root)/tmp/begun"])
            let first = agent.starts
            agent.kill()
            await agent.start(after: first)
            try await Self.tool("tee", ["\(agent.host.root)/tmp/go-on"], input: "go on\n")

            guard case .installed(let result) = await agent.plane.end(of: "rollout-1#0#1") else {
                Issue.record("\(await agent.plane.reports)")
                return
            }
            #expect(result.patches.map(\.state) == [.installed])
            #expect(try agent.host.installations(of: "acme-web", version: "1.0-2") == 1)
            #expect(await agent.plane.reports.map(\.sequence) == [1, 2, 3])
        }
    }

    @Test("starts no libdispatch, which would wake it every second for ever after", arguments: [true, false])
    func quiet(isSecure: Bool) async throws {
        try await withAgent(isSecure: isSecure, installed: [web], updates: []) { agent in
            try await agent.plane.offer(Self.inTime(Orders.scan()))
            guard case .scanned = await agent.plane.end(of: "rollout-0#0#1") else {
                Issue.record("not scanned")
                return
            }
            await agent.plane.polled()
            let folder = "/proc/\(try #require(agent.id))/fd"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
                // One that is closed meanwhile is none that lasts.
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) ?? ""
            }
            // One for each event loop: that of the connections, and the main thread's.
            #expect(files.count { $0 == "anon_inode:[timerfd]" } == 2)
        }
    }

    @Test("is one per state folder")
    func second() async throws {
        try await withAgent(installed: [], updates: []) { agent in
            // Until then it may not have the lock yet.
            await agent.plane.polled()
            let (isDone, _, errors) = try await AgentProcess.command(["run", "--state-dir", agent.process.state])
            #expect(!isDone)
            #expect(errors.contains("another agent works in \(agent.process.state)"))
            let (_, status, _) = try await AgentProcess.command(["status", "--state-dir", agent.process.state])
            #expect(status.contains("node          \(Orders.node)\n"))
        }
    }

    @Test("says what to do when the host is not enrolled")
    func stranger() async throws {
        let folder = try TemporaryFolder()
        for command in ["run", "status"] {
            let (isDone, _, errors) = try await AgentProcess.command([command, "--state-dir", folder.path])
            #expect(!isDone && errors.contains("run ringmaster-agent enrol first"), "\(command): \(errors)")
        }
    }

    @Test("does without Foundation, by whatever way it may come in")
    func small() throws {
        let program = try Data(contentsOf: URL(fileURLWithPath: AgentProcess.executable), options: .alwaysMapped)
        #expect(program.range(of: Data("libFoundationEssentials.so".utf8)) != nil, "it is not linked as expected")
        #expect(program.range(of: Data("libFoundation.so".utf8)) == nil)
    }

    @Test("keeps paths that mean the same wherever it is started")
    func relativePaths() async throws {
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let etc = folder.path + "/root/etc"
            try FileManager.default.createDirectory(atPath: etc, withIntermediateDirectories: true)
            try Data("ID=debian\nVERSION_ID=12\n".utf8).write(to: URL(fileURLWithPath: etc + "/os-release"))
            let here = FileManager.default.currentDirectoryPath
            let root =
                String(repeating: "../", count: here.split(separator: "/").count) + folder.path.dropFirst() + "/root"
            let arguments = [
                "enrol", "--server", await plane.url, "--activation", "act-1", "--order-key", plane.orderKey,
                "--state-dir",
                folder.path + "/state", "--root", root,
            ]
            let (isDone, _, errors) = try await AgentProcess.command(arguments, input: "secret\n")
            try #require(isDone, "\(errors)")
            #expect(try StateFolder(folder.path + "/state").configuration()?.root == "\(here)/\(root)")
        }
    }

    // MARK: - Given

    /// An enrolled agent under a supervisor.
    private final class RunningAgent: Sendable {
        let plane: FakeControlPlane
        let host: HostRoot
        let process: AgentProcess
        private let processes = Mutex<[pid_t]>([])
        private let waiting = Mutex<[(Int, CheckedContinuation<Void, Never>)]>([])

        init(plane: FakeControlPlane, host: HostRoot, process: AgentProcess) {
            self.plane = plane
            self.host = host
            self.process = process
        }

        var id: pid_t? { processes.withLock { $0.last } }

        var starts: Int { processes.withLock { $0.count } }

        func kill() { id.map { _ = Foundation.kill($0, SIGKILL) } }

        func noteStart(_ process: pid_t) {
            processes.withLock { $0.append(process) }
            resumeDue()
        }

        /// Waits for a start beyond so many.
        func start(after count: Int) async {
            await withCheckedContinuation { continuation in
                waiting.withLock { $0.append((count, continuation)) }
                resumeDue()
            }
        }

        private func resumeDue() {
            let count = starts
            let due = waiting.withLock { waiting in
                let due = waiting.filter { $0.0 < count }
                waiting.removeAll { $0.0 < count }
                return due
            }
            for waiter in due { waiter.1.resume() }
        }
    }

    /// - Parameter isSecure: whether the control plane is reached over TLS and by name.
    private func withAgent(
        isSecure: Bool = false,
        installed: [LocalPackage],
        updates: [LocalPackage],
        _ body: @Sendable @escaping (RunningAgent) async throws -> Void
    ) async throws {
        let authority = try CertificateAuthority(now: Date())
        let certificate = isSecure ? try authority.issue(names: ["localhost"], now: Date()) : nil
        try await FakeControlPlane.with(certificate: certificate) { plane in
            let folder = try TemporaryFolder()
            let repository = try await LocalRepository(in: folder.path + "/repository")
            try await repository.publish(installed, in: .base)
            try await repository.publish(updates, in: .security)
            let host = try await HostRoot.create(
                in: folder.path + "/host",
                name: "host",
                repository: repository,
                packages: installed
            )
            let process = AgentProcess(state: folder.path + "/state", log: folder.path + "/agent.log")
            let pin = isSecure ? ["--ca-sha256", try authority.pin] : []
            try await Self.enrol(process, host, at: plane.url.replacing("127.0.0.1", with: "localhost"), plane, pin)
            let agent = RunningAgent(plane: plane, host: host, process: process)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await process.supervise { agent.noteStart($0) } }
                defer { group.cancelAll() }
                await agent.start(after: 0)
                try await body(agent)
            }
        }
    }

    private static func enrol(
        _ process: AgentProcess,
        _ host: HostRoot,
        at server: String,
        _ plane: FakeControlPlane,
        _ pin: [String]
    ) async throws {
        let arguments =
            [
                "enrol", "--server", server, "--activation", "act-1", "--order-key", plane.orderKey, "--state-dir",
                process.state, "--root", host.root, "--name", host.name, "--boot-identity", host.bootIdentityFile,
            ] + host.rebootCommand.flatMap { ["--reboot-command", $0] } + pin
        let (isDone, output, errors) = try await AgentProcess.command(arguments, input: "secret\n")
        try #require(isDone, "\(errors)")
        #expect(output == "enrolled as \(Orders.node): site london, patch group Debian12-early\n")
    }

    /// The order with its times around the real clock's.
    private static func inTime(_ order: Order) -> Order {
        let now = SystemClock.now()
        var order = order
        order.expires = now + .seconds(3_600)
        order.window = Order.Window(
            opens: now - .seconds(60),
            cutoff: now + .seconds(3_600),
            closes: now + .seconds(7_200)
        )
        return order
    }

    private static func tool(_ name: String, _ arguments: [String], input: String = "") async throws {
        let result = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .discarded
        )
        try #require(result.terminationStatus.isSuccess, "\(name) \(arguments)")
    }
}
