import AWSSignature
import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Subprocess
import SystemPackage
import Testing
import Time

/// The built agent as a stock agent starts it, against a control plane over HTTP and real apt on a root folder.
@Suite("The one-shot agent's process", .timeLimit(.minutes(10)))
struct OneShotProcessTests {
    private struct Run {
        var status: TerminationStatus
        var output: String
        var errors: String
    }

    private struct Host: Sendable {
        let folder: TemporaryFolder
        let root: HostRoot
        let server: String
        let orderKey: String

        var state: String { folder.path + "/state" }
        private var credentials: String { folder.path + "/credentials" }

        func give(_ role: AWSCredentials) throws {
            let text = """
                [default]
                aws_access_key_id = \(role.accessKeyID)
                aws_secret_access_key = \(role.secretAccessKey)
                aws_session_token = \(role.sessionToken ?? "")

                """
            try text.write(toFile: credentials, atomically: true, encoding: .utf8)
        }

        /// What the stock agent does on exit status 194.
        func reboot() throws {
            try "boot-after\n".write(toFile: root.bootIdentityFile, atomically: true, encoding: .utf8)
            try FileManager.default.removeItem(atPath: root.root + "/run")
            try FileManager.default.createDirectory(atPath: root.root + "/run", withIntermediateDirectories: false)
        }

        func start(orderKey key: String? = nil, node: String = Orders.node) async throws -> Run {
            let result = try await Subprocess.run(
                .path(FilePath(AgentProcess.executable)),
                arguments: [
                    "once", "--server", server, "--order-key", key ?? orderKey, "--state-dir", state, "--root",
                    root.root, "--boot-identity", root.bootIdentityFile,
                ],
                environment: .inherit.updating([
                    "AWS_SSM_INSTANCE_ID": node, "AWS_SSM_REGION_NAME": "lab-1",
                    "AWS_SHARED_CREDENTIALS_FILE": credentials,
                ]),
                input: .none,
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
            return Run(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
        }
    }

    @Test("installs, ends with 194, proves the reboot at its next start, and believes its first order key alone")
    func wholeLife() async throws {
        try await FakeControlPlane.with { plane in
            let host = try await Self.host(at: plane)
            let role = AWSCredentials(accessKeyID: "RMRC1", secretAccessKey: "secret one", sessionToken: "token one")
            try host.give(role)
            await plane.give(role)
            let patches = [Orders.patch("acme-kernel", "6.1-2")]
            try await plane.offer(Self.inTime(Orders.install(patches)))
            let first = try await host.start()
            #expect(first.status == .exited(194), "\(first)")
            #expect(first.output.contains("order taken: rollout-1#0#1") && first.output.utf8.count < 24_000, "\(first)")
            try host.reboot()

            // Meanwhile the stock agent has other credentials.
            let next = AWSCredentials(accessKeyID: "RMRC2", secretAccessKey: "secret two", sessionToken: "token two")
            try host.give(next)
            await plane.give(next)
            let second = try await host.start()
            #expect(second.status == .exited(0) && second.output.hasSuffix("done\n"), "\(second)")
            guard case .installed(let result) = await plane.reports.last?.fact else {
                Issue.record("\(await plane.reports), \(second)")
                return
            }
            #expect(result.patches.map(\.state) == [.installed])
            #expect(result.reboot?.outcome == .confirmed)
            #expect(await plane.complaints.isEmpty)

            let other = try await host.start(orderKey: OrderSigner().publicKey)
            #expect(
                other.status == .exited(1) && other.errors.contains("is not the one that this host was first given")
            )
            let status = try await AgentProcess.command(["status", "--state-dir", host.state]).1
            #expect(status.contains("node          \(Orders.node)\n") && !status.contains("patch group"), "\(status)")
        }
    }

    @Test("leaves a host alone that has an agent of its own, and says what a stock agent has to tell it")
    func refusals() async throws {
        try await FakeControlPlane.with { plane in
            let host = try await Self.host(at: plane)
            let nameless = try await host.start(node: "")
            #expect(nameless.status == .exited(1) && nameless.errors.contains("AWS_SSM_INSTANCE_ID is not set"))
            try FileManager.default.createDirectory(atPath: host.state, withIntermediateDirectories: true)
            try StateFolder(host.state).keep(.bare(server: host.server))
            let enrolled = try await host.start()
            #expect(enrolled.status == .exited(1) && enrolled.errors.contains("a host has one agent"), "\(enrolled)")
        }
    }

    // MARK: - Given

    private static func host(at plane: FakeControlPlane) async throws -> Host {
        let folder = try TemporaryFolder()
        let repository = try await LocalRepository(in: folder.path + "/repository")
        let installed = [LocalPackage("acme-kernel", "6.1-1")]
        try await repository.publish(installed, in: .base)
        let update = LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot)
        try await repository.publish([update], in: .security)
        let root = try await HostRoot.create(
            in: folder.path + "/host",
            name: "host",
            repository: repository,
            packages: installed
        )
        return Host(folder: folder, root: root, server: await plane.url, orderKey: plane.orderKey)
    }

    /// The order with its times around the real clock's.
    private static func inTime(_ order: Order) -> Order {
        let now = SystemClock.now()
        var order = order
        (order.issued, order.expires) = (now, now + .seconds(3_600))
        order.window = Order.Window(
            opens: now - .seconds(60),
            cutoff: now + .seconds(3_600),
            closes: now + .seconds(7_200)
        )
        return order
    }
}
