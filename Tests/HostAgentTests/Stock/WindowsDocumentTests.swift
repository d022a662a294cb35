import AgentProtocol
import Foundation
import Glibc
import HostAgent
import TestSupport
import Testing

/// Documents in the one-shot of Windows hosts, run by Mono; bash stands for PowerShell.
@Suite("Documents on Windows with a stock agent", .timeLimit(.minutes(20)), .enabled(if: MonoHost.isPossible))
struct WindowsDocumentTests {
    @Test("run step after step, those of other platforms skipped, each once, also when the order comes again")
    func steps() async throws {
        try await MonoHost.with([]) { host, plane in
            let arguments = ["a b", "c\"d", "e\\", "", "f\\\"g", "$HOME"]
            let order = Orders.run([
                Self.step("first", "echo first >> \(host.file("log")); echo ä; echo on the other >&2"),
                Order.Step(name: "linux", work: .script("exit 1", shell: .bash), platform: .linux, timeoutSeconds: 60),
                Self.step("clean", "env | grep -v ^PATH=", environment: ["OWN": "it's"]),
                Order.Step(
                    name: "command",
                    work: .command(["/usr/bin/printf", "<%s>"] + arguments),
                    timeoutSeconds: 60
                ),
                Self.step("last", "exit 168"),
                Self.step("never", "echo never >> \(host.file("log"))"),
            ])
            try await plane.offer(order)
            let run = try await host.start(at: plane)
            #expect(run.status == 0, "\(run)")
            let report = try #require(await plane.reports.last)
            #expect(report.fact == .ran(kind: nil, detail: nil), "\(run)")
            let steps = try #require(report.steps)
            #expect(steps.map(\.name) == ["first", "linux", "clean", "command", "last"])
            #expect(steps.map(\.state) == [.succeeded, .skipped, .succeeded, .succeeded, .succeeded])
            #expect(steps.map(\.exitCode) == [0, nil, 0, 0, 168] && steps.map(\.attempts) == [1, 0, 1, 1, 1])
            #expect(steps[0].output.contains("ä\n") && steps[0].output.contains("on the other\n"), "\(steps[0])")
            let variables = steps[2].output.split(separator: "\n")
            #expect(variables.contains("OWN=it's") && variables.contains("RINGMASTER_STEP=clean"), "\(variables)")
            #expect(variables.contains("RINGMASTER_ATTEMPT=1") && variables.contains("RINGMASTER_DOCUMENT=doc"))
            #expect(!variables.contains { $0.hasPrefix("AWS_") || $0.hasPrefix("RINGMASTER_SERVER") }, "\(variables)")
            #expect(steps[3].output == arguments.map { "<\($0)>" }.joined())
            try await plane.offer(order)
            let again = try await host.start(at: plane)
            #expect(again.output.contains("its result is sent again"), "\(again)")
            #expect(try Self.lines(host.file("log")) == ["first"])
            #expect(await plane.complaints.isEmpty)
        }
    }

    @Test("restart the host by exit code 3010, and go on with the same step; those before it are not repeated")
    func restart() async throws {
        try await MonoHost.with([]) { host, plane in
            let log = host.file("log")
            let attempt = "echo again $RINGMASTER_ATTEMPT >> \(log); (($RINGMASTER_ATTEMPT > 1)) || exit 3010"
            try await plane.offer(Orders.run([Self.step("once", "echo once >> \(log)"), Self.step("again", attempt)]))
            let first = try await host.start(at: plane)
            #expect(first.status == MonoHost.reboot && first.output.contains("exit status 3010"), "\(first)")
            try await host.reboot()
            let second = try await host.start(at: plane)
            #expect(second.status == 0, "\(second)")
            #expect(try Self.lines(log) == ["once", "again 1", "again 2"])
            let facts = await plane.reports.map { "\($0.sequence) \($0.fact)".prefix(8) }
            #expect(facts == ["1 accepte", "2 rebooti", "3 verifyi", "4 ran(kin"].map { $0.prefix(8) })
            #expect(await plane.reports.last?.steps?.map(\.attempts) == [1, 2])
        }
    }

    @Test("fail where the restart does not come about, after six")
    func sameBoot() async throws {
        try await MonoHost.with([]) { host, plane in
            try await plane.offer(Orders.run([Self.step("again", "echo once >> \(host.file("log")); exit 3010")]))
            for _ in 1...6 { #expect(try await host.start(at: plane).status == MonoHost.reboot) }
            let run = try await host.start(at: plane)
            guard case .ran(.rebootFailed, let detail?) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("step again of document doc asked for a restart after 6 reboot commands"))
            #expect(await plane.reports.last?.steps?.map(\.state) == [.notRestarted])
            #expect(try Self.lines(host.file("log")) == ["once"])
        }
    }

    @Test("end with the first step that fails, and tell what it said")
    func failures() async throws {
        try await MonoHost.with([]) { host, plane in
            let command = { (program: String) in
                Order.Step(name: "s", work: .command([program]), timeoutSeconds: 60)
            }
            var user = Self.step("s", "true")
            user.user = "nobody"
            let flood = "head -c 3000000 /dev/zero | tr '\\0' x; printf 'the end\\033\\n'; exit 7"
            let bash = Order.Step(name: "s", work: .script("true", shell: .bash), timeoutSeconds: 60)
            let cases: [(Order.Step, String)] = [
                (Self.step("s", flood), "ended with exit code 7: x"),
                (Self.step("s", "exit 169"), "ended the document with exit code 169"),
                (user, "cannot be begun: Windows hosts run steps as SYSTEM alone, not as nobody"),
                (bash, "cannot be begun: Windows hosts have no bash"),
                (command("C:\\x.CMD. "), "needs a shell: let a script of PowerShell run it"),
                (command("/there/is/none"), "cannot be begun: "),
            ]
            for (index, (step, expected)) in cases.enumerated() {
                try await plane.offer(Orders.run([step, Self.step("next", "true")], id: "rollout-1#\(index)#1"))
                let run = try await host.start(at: plane)
                let report = await plane.reports.last
                guard case .ran(.script, let detail?) = report?.fact else {
                    Issue.record("\(run), \(String(describing: report))")
                    continue
                }
                #expect(detail.hasPrefix("step s of document doc ") && detail.contains(expected), "\(detail)")
                #expect(report?.steps?.map(\.state) == [.failed], "\(expected)")
                let output = try #require(report?.steps?.first?.output)
                #expect(output.utf8.count <= StepResult.maximumOutput)
                if index == 0 { #expect(output.hasSuffix("xthe end?\n"), "\(output.suffix(20))") }
            }
        }
    }

    @Test("are ended at their timeout, with all that they have started")
    func timeout() async throws {
        try await MonoHost.with([]) { host, plane in
            let child = host.file("child")
            let script = "sleep 900 & echo $! > \(child); wait"
            try await plane.offer(Orders.run([Self.step("s", script, timeout: 5), Self.step("next", "true")]))
            let run = try await host.start(at: plane)
            guard case .ran(.timeout, let detail?) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("did not end in time"))
            #expect(await plane.reports.last?.steps?.map(\.state) == [.timedOut])
            #expect(try !Self.isAlive(child))
        }
    }

    @Test("are ended when nobody wants the order any more, and no further step begins")
    func withdrawal() async throws {
        try await MonoHost.with([]) { host, plane in
            let child = host.file("child")
            let script = "sleep 900 & echo $! > \(child); wait"
            try await plane.offer(Orders.run([Self.step("s", script), Self.step("next", "true")]))
            async let run = host.start(at: plane)
            while try Self.lines(child).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            await plane.withdraw()
            let ended = try await run
            guard case .ran(.cancelled, _) = await plane.reports.last?.fact else {
                Issue.record("\(ended), \(await plane.reports)")
                return
            }
            #expect(await plane.reports.last?.steps?.map(\.state) == [.cancelled])
            #expect(try !Self.isAlive(child))
        }
    }

    @Test("begin anew with the step in whose midst the one-shot was ended, when what that left is gone")
    func killed() async throws {
        try await MonoHost.with([]) { host, plane in
            let (log, left) = (host.file("log"), host.file("left"))
            let script = """
                echo second $RINGMASTER_ATTEMPT >> \(log)
                if [[ $RINGMASTER_ATTEMPT == 1 ]]; then
                    echo $$ > \(left)
                    until grep -q '"process"' \(host.journal); do sleep 0.05; done
                    kill -KILL $PPID
                    exec sleep 900
                fi
                """
            try await plane.offer(Orders.run([Self.step("one", "echo one >> \(log)"), Self.step("two", script)]))
            let first = try await host.start(at: plane)
            #expect(first.status == -1, "\(first)")
            #expect(try Self.isAlive(left))
            let second = try await host.start(at: plane)
            #expect(await plane.reports.last?.fact == .ran(kind: nil, detail: nil), "\(second)")
            #expect(try !Self.isAlive(left) && Self.lines(log) == ["one", "second 1", "second 2"])
            #expect(await plane.reports.last?.steps?.map(\.attempts) == [1, 2])
        }
    }

    // MARK: - Given

    static func step(
        _ name: String,
        _ script: String,
        timeout: Int = 600,
        environment: [String: String] = [:]
    ) -> Order.Step {
        Order.Step(
            name: name,
            work: .script(script, shell: .powershell),
            platform: .windows,
            timeoutSeconds: timeout,
            environment: environment
        )
    }

    /// None where there is no such file.
    static func lines(_ file: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Whether the process runs whose number is in the file; one that waits to be buried does not.
    private static func isAlive(_ file: String) throws -> Bool {
        let process = try #require(try lines(file).first)
        let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return state.map { !$0.contains(") Z ") } ?? false
    }
}
