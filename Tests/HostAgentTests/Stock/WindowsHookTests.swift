import AgentProtocol
import HostAgent
import TestSupport
import Testing

/// Hooks around an install in the one-shot of Windows hosts, by the rules of AWS-RunPatchBaselineWithHooks.
@Suite("Hooks on Windows with a stock agent", .timeLimit(.minutes(20)), .enabled(if: MonoHost.isPossible))
struct WindowsHookTests {
    @Test("run before the install, after it, after the reboot and at the end, each once")
    func order() async throws {
        try await MonoHost.with([.cumulative, .plain]) { host, plane in
            try await plane.offer(Orders.installNow([.cumulative, .plain], hooks: Self.hooks(host)))
            let first = try await host.start(at: plane)
            #expect(first.status == MonoHost.reboot, "\(first)")
            #expect(try Self.log(host) == ["before-install 0", "after-install 2"])
            try await host.reboot()
            let second = try await host.start(at: plane)
            #expect(second.status == 0, "\(second)")
            #expect(try Self.log(host) == ["before-install 0", "after-install 2", "after-reboot 2", "on-exit 2"])
            let result = try #require(await plane.installed, "\(second)")
            #expect(result.patches.map(\.state) == [.installed, .installed])
            #expect(result.reboot?.outcome == .confirmed)
            #expect(await plane.reports.last?.steps?.map(\.hook) == Order.Hook.allCases)
            #expect(await plane.complaints.isEmpty)
        }
    }

    @Test("install nothing when the one before the install fails, and run the one at the end")
    func before() async throws {
        try await MonoHost.with([.plain]) { host, plane in
            try await plane.offer(Orders.installNow([.plain], hooks: Self.hooks(host, failing: .beforeInstall)))
            let run = try await host.start(at: plane)
            #expect(run.status == 0, "\(run)")
            #expect(try Self.log(host) == ["before-install 0", "on-exit 0"])
            guard case .failed(.script, let detail, .some, let results) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("step hook of before-install document doc ended with exit code 1"), "\(detail)")
            #expect(try results.map(\.state) == [.failed] && host.installs.isEmpty)
        }
    }

    @Test("reboot nothing when the one after the install fails, and run the one at the end")
    func after() async throws {
        try await MonoHost.with([.cumulative]) { host, plane in
            try await plane.offer(Orders.installNow([.cumulative], hooks: Self.hooks(host, failing: .afterInstall)))
            let run = try await host.start(at: plane)
            #expect(run.status == 0, "\(run)")
            #expect(try Self.log(host) == ["before-install 0", "after-install 1", "on-exit 1"])
            guard case .failed(.script, let detail, .some, let results) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("after-install document doc"), "\(detail)")
            #expect(results.map(\.state) == [.pendingReboot])
        }
    }

    @Test("run none but that at the end where there is nothing to do, and fail the run by it")
    func nothing() async throws {
        var there = MonoHost.Update.plain
        there.state = .installed
        try await MonoHost.with([there]) { [there] host, plane in
            try await plane.offer(Orders.installNow([there], hooks: Self.hooks(host, failing: .onExit)))
            let run = try await host.start(at: plane)
            #expect(try Self.log(host) == ["on-exit 0"])
            guard case .failed(.script, _, .some, let results) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(results.map(\.state) == [.alreadyInstalled])
        }
    }

    @Test("run the one at the end after a failure, and do not install when it has restarted the host")
    func failing() async throws {
        var failing = MonoHost.Update.plain
        failing.fails = "0x80070643"
        try await MonoHost.with([failing]) { [failing] host, plane in
            var hooks = Self.hooks(host)
            let again = "(($RINGMASTER_ATTEMPT > 1)) || exit 3010"
            hooks.onExit?.steps.append(WindowsDocumentTests.step("again", again))
            try await plane.offer(Orders.installNow([failing], hooks: hooks))
            #expect(try await host.start(at: plane).status == MonoHost.reboot)
            try await host.reboot()
            let run = try await host.start(at: plane)
            guard case .failed(.script, let detail, .some, _) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("0x80070643"), "\(detail)")
            #expect(try Self.log(host) == ["before-install 0", "on-exit 1"])
            #expect(try host.installs == ["5039217"])
            #expect(await plane.reports.last?.steps?.map(\.attempts) == [1, 1, 2])
        }
    }

    // MARK: - Given

    /// Each writes its name, and how many installations had begun.
    private static func hooks(_ host: MonoHost, failing: Order.Hook? = nil) -> Order.Hooks {
        let document = { (hook: Order.Hook) in
            let script = """
                echo "$RINGMASTER_HOOK $(grep -o '"installs": \\[[^]]*' \(host.file("windows.json")) | grep -o '"5[0-9]*"' | wc -l)" \
                >> \(host.file("log"))
                exit \(hook == failing ? 1 : 0)
                """
            return Order.Document(name: "doc", steps: [WindowsDocumentTests.step("hook", script)])
        }
        return Order.Hooks(
            beforeInstall: document(.beforeInstall),
            afterInstall: document(.afterInstall),
            afterReboot: document(.afterReboot),
            onExit: document(.onExit)
        )
    }

    private static func log(_ host: MonoHost) throws -> [String] { try WindowsDocumentTests.lines(host.file("log")) }
}
