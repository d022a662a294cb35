import Commands
import FoundationEssentials
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ChildProgramTests {
    @Test("A program that is waited for gives its output, and its failure quotes the log")
    func toEnd() async throws {
        try await TemporaryFolder.with { path in
            let shout = ChildProgram(
                "/bin/sh",
                ["-c", "read word; echo got $word; echo oops >&2; exit 3"],
                log: path + "/log"
            )
            let ending = try await shout.runToEnd(input: "code\n")
            #expect(!ending.isSuccess)
            #expect(ending.output == "got code\n")
            #expect("\(shout.failure(ending))".hasSuffix("its log is \(path)/log, which ends:\n  oops"))
        }
    }

    @Test("The operator's own control plane and database are no business of the quickstart's programs")
    func environment() async throws {
        try await TemporaryFolder.with { path in
            let program = ChildProgram(
                "/usr/bin/env",
                [],
                log: path + "/log",
                environment: [
                    "RINGMASTER_DATABASE": "host=production", "RINGMASTER_SERVER": "http://production",
                    "RINGMASTER_TOKEN_FILE": "token", "LANG": "C.UTF-8",
                ]
            )
            let output = try await program.runToEnd().output
            #expect(output == "LANG=C.UTF-8\n")
        }
    }

    @Test("A program beside the body is ended before the body's outcome is returned")
    func endedWithTheBody() async throws {
        try await TemporaryFolder.with { path in
            let fifo = path + "/started"
            let script =
                "trap 'echo ended >> \(path)/log; exit 0' TERM; echo $$ > \(fifo); while :; do sleep 0.05; done"
            let program = ChildProgram("/bin/sh", ["-c", script], log: path + "/log")
            let outcome = try await Companions.during([{ _ = try await program.runBeside() }]) {
                while !FileManager.default.fileExists(atPath: fifo) { try await Task.sleep(for: .milliseconds(5)) }
                return 7
            }
            #expect(outcome == 7)
            #expect(try String(contentsOfFile: path + "/log", encoding: .utf8) == "ended\n")
        }
    }

    @Test("A companion that fails ends the body")
    func companionFails() async throws {
        await #expect(throws: CommandFailure("gone", exitCode: .serverFailed)) {
            try await Companions.during([{ throw CommandFailure("gone", exitCode: .serverFailed) }]) {
                try await Task.sleep(for: .seconds(3_600))
            }
        }
    }

    @Test("An agent that its host's reboot killed is started again, and the new boot is told")
    func rebooted() async throws {
        try await TemporaryFolder.with { path in
            let boot = path + "/boot_id"
            try Data("first\n".utf8).write(to: URL(filePath: boot))
            let script =
                "if grep -q first \(boot); then echo second > \(boot); kill -KILL $$; fi; echo up > \(path)/up; exec sleep 3600"
            let told = Mutex<[String]>([])
            let agent = AgentSupervisor(
                program: ChildProgram("/bin/sh", ["-c", script], log: path + "/log"),
                bootIdentityFile: boot
            ) { identity in told.withLock { $0.append(identity) } }
            try await Companions.during([{ try await agent.run() }]) {
                while !FileManager.default.fileExists(atPath: path + "/up") {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            #expect(told.withLock { $0 } == ["second"])
        }
    }
}
