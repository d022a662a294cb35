import Foundation
import Subprocess
import Testing

@testable import HostAgent

/// packaging/agent/guard, with a systemctl that only writes down what it is told.
@Suite("The agent's guard", .timeLimit(.minutes(10)))
struct GuardTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["bin", "lib", "state"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        }
        try write("new", "agent")
        try write("old", "lib/former")
        try systemctl(pid: 0)
    }

    @Test("lets the former agent go once the new one has checked in")
    func checkedIn() async throws {
        try write("\(try identity("agent"))\n", "state/checked-in")
        try await look()
        #expect(!exists("lib/former"))
        #expect(try read("agent") == "new")
        #expect(try read("told") == "stop ringmaster-agent-guard.timer\n")
    }

    @Test("puts the former agent back after ten minutes without a check-in, and the new one after ten more")
    func unheard() async throws {
        // What checked in was the former one, before it was replaced.
        try write("\(try identity("lib/former"))\n", "state/checked-in")
        for _ in 1...9 { try await look() }
        #expect(try read("agent") == "new")
        #expect(!exists("told"))
        try await look()
        #expect(try read("agent") == "old" && read("lib/former") == "new")
        #expect(try read("told") == "restart ringmaster-agent.service\n")

        for _ in 1...10 { try await look() }
        #expect(try read("agent") == "new" && read("lib/former") == "old")
    }

    @Test("waits for the process of the former agent to end its order")
    func orderUnderWay() async throws {
        // This test's own process runs from another file than the agent's.
        try systemctl(pid: Int(ProcessInfo.processInfo.processIdentifier))
        for _ in 1...12 { try await look() }
        #expect(try read("agent") == "new")
        #expect(!exists("lib/trial"))
    }

    @Test("leaves an agent that was stopped alone")
    func stopped() async throws {
        try systemctl(pid: 0, state: "inactive")
        for _ in 1...12 { try await look() }
        #expect(try read("agent") == "new")
        #expect(!exists("told") && !exists("lib/trial"))
    }

    @Test("A program knows when another file has its name, and keeps its own identity")
    func programFile() throws {
        let program = try ProgramFile(path: path("agent"))
        #expect(!program.isReplaced)
        #expect(program.identity == (try identity("agent")))
        try write("newer", "next")
        try FileManager.default.removeItem(atPath: path("agent"))
        try FileManager.default.moveItem(atPath: path("next"), toPath: path("agent"))
        #expect(program.isReplaced)
        try FileManager.default.removeItem(atPath: path("agent"))
        #expect(!program.isReplaced)
    }

    // MARK: - Given

    private func look() async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../packaging/agent/guard").standardizedFileURL.path
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: [script, path("agent"), path("lib"), path("state")],
            environment: .custom(["PATH": path("bin") + ":/usr/bin:/bin"]),
            output: .discarded,
            error: .string(limit: 4_096)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    private func systemctl(pid: Int, state: String = "activating") throws {
        let script = """
            #!/bin/sh
            case "$*" in
            "show --property=ActiveState "*) echo \(state) ;;
            "show --property=MainPID "*) echo \(pid) ;;
            *) echo "$*" >>\(path("told")) ;;
            esac

            """
        try write(script, "bin/systemctl")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path("bin/systemctl"))
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    private func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    }

    private func identity(_ name: String) throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        let device = try #require(attributes[.systemNumber] as? NSNumber)
        let file = try #require(attributes[.systemFileNumber] as? NSNumber)
        return "\(device):\(file)"
    }
}
