import AgentProtocol
import Foundation
import Glibc
import HostAgent
import Testing

@Suite("Steps on a real machine")
struct StepRunnerTests {
    private let folder: TemporaryFolder
    /// Of each test its own: steps that are begun again end what is left of their order.
    private let order = Orders.scan(id: "rollout-\(UUID().uuidString)#0#1")

    init() throws { folder = try TemporaryFolder() }

    private func run(_ step: Order.Step, attempt: Int = 1, hook: Order.Hook? = nil) async -> StepRun {
        let task = StepTask(place: StepPlace(hook: hook, index: 0), document: "doc", step: step, attempt: attempt)
        return await StepRunner(folder: folder.path + "/steps", root: "/srv/root").run(task, for: order)
    }

    private static func script(_ text: String, timeout: Int = 60, user: String? = nil) -> Order.Step {
        Order.Step(name: "s", work: .script(text, shell: .bash), timeoutSeconds: timeout, user: user)
    }

    /// A zombie may be left where nobody reaps; it runs nothing.
    private static func runs(_ pid: pid_t) -> Bool {
        guard let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !state.contains(") Z ")
    }

    /// Whether the process is over, or soon is: a signal takes a moment.
    private func isGone(_ pid: pid_t) async -> Bool {
        for _ in 0..<1_000 {
            guard Self.runs(pid) else { return true }
            await Task.yield()
            usleep(10_000)
        }
        return false
    }

    @Test("A script's exit code and what it said on both streams come back, in order")
    func output() async {
        let run = await run(Self.script("echo one; echo two >&2; echo three; exit 3"))
        #expect(run.exitCode == 3)
        #expect(run.output == "one\ntwo\nthree\n")
        #expect(run.complaint == nil && !run.isTimedOut)
    }

    @Test("A command's arguments come as they are, with no shell between")
    func arguments() async {
        let step = Order.Step(
            name: "s",
            work: .command(["printf", "%s|", "$HOME", "a b", "", "*"]),
            timeoutSeconds: 60
        )
        #expect(await run(step).output == "$HOME|a b||*|")
    }

    @Test("The environment is clean, with what the order and the step say")
    func environment() async throws {
        setenv("RINGMASTER_TEST_LEAK", "1", 1)
        var step = Self.script("env | sort")
        step.environment = ["PLACE": "a b"]
        let run = await run(step, attempt: 2, hook: .onExit)
        let lines = run.output.split(separator: "\n").map(String.init).filter { line in
            !["_=", "PWD=", "SHLVL=", "OLDPWD="].contains { line.hasPrefix($0) }
        }
        #expect(
            lines == [
                "HOME=/root", "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "PLACE=a b", "RINGMASTER_ATTEMPT=2", "RINGMASTER_CYCLE=cycle-1", "RINGMASTER_DOCUMENT=doc",
                "RINGMASTER_HOOK=on-exit", "RINGMASTER_NODE=\(order.node)", "RINGMASTER_ORDER=\(order.id)",
                "RINGMASTER_ROOT=/srv/root", "RINGMASTER_STEP=s", "USER=root",
            ]
        )
    }

    @Test("A step reads nothing, is in a process group of its own, and its script is gone afterwards")
    func surroundings() async throws {
        let run = await run(Self.script("cat; [[ $(cut -d' ' -f5 /proc/$$/stat) -eq $$ ]] && stat -c %a \"$0\"; pwd"))
        #expect(run.output == "700\n/\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/steps/step.sh"))
    }

    @Test("At its timeout a step is killed with all that it has started")
    func timeout() async throws {
        let file = folder.path + "/pid"
        let run = await run(Self.script("sleep 600 & echo $! >\(file); echo waiting; wait", timeout: 5))
        #expect(run.isTimedOut && run.exitCode == nil)
        #expect(run.output == "waiting\n")
        let pid = try #require(
            pid_t(String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines))
        )
        #expect(await isGone(pid))
    }

    @Test("What a step leaves running does not hold it up")
    func daemon() async {
        let run = await run(Self.script("sleep 600 & echo started $!"))
        #expect(run.exitCode == 0)
        #expect(run.output.hasPrefix("started "))
        if let pid = run.output.split(separator: " ").last.flatMap({ pid_t($0.dropLast()) }) { kill(pid, SIGKILL) }
    }

    @Test("Of much output the end is kept, without what a terminal would obey")
    func bounds() async {
        let run = await run(
            Self.script("for i in {1..20000}; do echo \"line $i äöü\"; done; printf '\\e[31mred\\e[0m\\n'")
        )
        #expect(run.exitCode == 0)
        #expect(run.output.utf8.count <= StepResult.maximumOutput && run.output.utf8.count > 900)
        #expect(run.output.hasSuffix("line 20000 äöü\n?[31mred?[0m\n"))
    }

    @Test("A signal that ends a step is told")
    func signal() async {
        // Whoever waited for the timeout would wait longer than a test may take.
        let run = await run(Self.script("kill -9 $$", timeout: 3_600))
        #expect(run.exitCode == nil && run.complaint?.contains("did not end by itself") == true)
    }

    @Test("What cannot be begun is told")
    func cannot() async {
        let program = Order.Step(name: "s", work: .command(["/nowhere/program"]), timeoutSeconds: 60)
        #expect(await run(program).complaint?.hasPrefix("cannot be begun: ") == true)
        let user = await run(Self.script("true", user: "no-such-user"))
        #expect(user.complaint == "cannot be begun: this host has no user no-such-user")
    }

    @Test("A step runs as its user, with that user's groups and home", .enabled(if: geteuid() == 0))
    func user() async {
        let run = await run(Self.script("id -un; id -gn; echo $HOME; id -G", user: "nobody"))
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "nobody" && run.exitCode == 0, "\(run)")
        #expect(lines.count == 4 && lines[3].split(separator: " ").count == 1)
    }

    @Test("Begun again, a step first ends what it left before, and nothing that other steps left")
    func leftovers() async throws {
        var other = Self.script("setsid sleep 600 >/dev/null 2>&1 & echo $!")
        let own = try #require(await pid(from: run(other)))
        let hooked = try #require(await pid(from: run(other, hook: .onExit)))
        other.name = "other"
        let earlier = try #require(await pid(from: run(other)))
        defer { for pid in [hooked, earlier] { kill(pid, SIGKILL) } }
        #expect(await run(Self.script("true"), attempt: 2).exitCode == 0)
        #expect(await isGone(own))
        for pid in [hooked, earlier] { #expect(Self.runs(pid)) }
    }

    private func pid(from run: StepRun) -> pid_t? {
        pid_t(run.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
