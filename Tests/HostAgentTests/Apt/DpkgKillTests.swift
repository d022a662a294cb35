import AgentProtocol
import Foundation
import HostAgent
import LocalFleet
import Subprocess
import Testing

/// dpkg dies before a rename or an fsync of its own, and with it apt-get and the agent; the next agent makes it good.
///
/// Every seventh of these calls; all of them where the environment has `RINGMASTER_EVERY_KILL`.
@Suite(
    "A dpkg that is killed with its agent",
    .timeLimit(.minutes(60)),
    .enabled("strace must be there and allowed to trace", Strace.isThere)
)
struct DpkgKillTests {
    @Test("at a rename or an fsync leaves the host, after the next start, as one that was never killed")
    func everyCall() async throws {
        let (reference, calls) = try await Self.undisturbed()
        try #require(reference.isInstalled && reference.isWellReported && reference.reboots == 1, "\(reference)")
        try #require(calls.count > 40, "\(calls)")
        let stride = ProcessInfo.processInfo.environment["RINGMASTER_EVERY_KILL"] == nil ? 7 : 1
        let chosen = calls.enumerated().filter { ($0.offset + 1).isMultiple(of: stride) }.map(\.element)
        try await inPairs(chosen) { try await Self.check($0, against: reference) }
    }

    /// One call of a run of dpkg that changes something.
    struct Call: CustomStringConvertible, Sendable {
        /// Which of the agent's runs of dpkg.
        var run: Int
        var name: String
        /// Which of the calls with this name in that run.
        var number: Int

        var description: String { "\(name) \(number) of dpkg's run \(run)" }
    }

    // MARK: - Steps

    private static func undisturbed() async throws -> (HostEnd, [Call]) {
        let host = try await host()
        let ledger = try await host.ledger()
        _ = try await host.take(order, into: ledger)
        try await host.driver(ledger).drive()
        var calls: [Call] = []
        for run in 1...20 {
            let path = "\(host.folder.path)/trace.\(run)"
            guard FileManager.default.fileExists(atPath: path) else { break }
            calls += Self.calls(in: try String(contentsOfFile: path, encoding: .utf8), run: run)
        }
        return (try await HostEnd(of: host, ledger), calls)
    }

    private static func calls(in trace: String, run: Int) -> [Call] {
        var counts: [String: Int] = [:]
        return trace.split(separator: "\n").compactMap { line in
            guard let name = line.split(separator: "(").first.map(String.init), line.contains("("),
                name.allSatisfy({ $0.isLetter || $0.isNumber })
            else { return nil }
            counts[name, default: 0] += 1
            return Call(run: run, name: name, number: counts[name, default: 0])
        }
    }

    private static func check(_ call: Call, against reference: HostEnd) async throws {
        let host = try await host(killedAt: call)
        let killed = host.folder.path + "/killed"
        let first = try await host.ledger(fault: .onceThereIs(killed))
        _ = try await host.take(order, into: first)
        await #expect(throws: JournalFailure.self, "\(call)") { try await host.driver(first).drive() }
        #expect(FileManager.default.fileExists(atPath: killed), "\(call)")

        let second = try await host.ledger()
        try await host.driver(second).resume()
        let end = try await HostEnd(of: host, second)
        #expect(end == reference, "\(call)")
        #expect(try await host.host.audit() == "", "\(call)")
    }

    // MARK: - Given

    private static let order = Orders.install([Orders.patch("acme-kernel", "6.1-2"), Orders.patch("acme-web", "1.0-2")])

    private static func host(killedAt call: Call? = nil) async throws -> AptHost {
        let host = try await AptHost(
            installed: [
                LocalPackage("acme-kernel", "6.1-1"), LocalPackage("acme-web", "1.0-1", configuration: "port = 1\n"),
            ],
            updates: [
                LocalPackage("acme-kernel", "6.1-2", postinst: LocalPackage.asksForReboot),
                LocalPackage("acme-web", "1.0-2", configuration: "port = 2\n"),
            ]
        )
        let folder = host.folder.path
        let program = folder + "/dpkg"
        try script(in: folder, call).write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let setting = "Dir::Bin::dpkg \"\(program)\";\n"
        try setting.write(
            toFile: host.host.root + "/etc/apt/apt.conf.d/50dpkg",
            atomically: true,
            encoding: .utf8
        )
        return host
    }

    /// In dpkg's place: counts the runs that change something, traces them, and ends one with all that began it.
    private static func script(in folder: String, _ call: Call?) -> String {
        let names = call.map(\.name) ?? "?rename,?renameat,?renameat2,fsync"
        let kill = call.map { "-e inject=\($0.name):signal=SIGKILL:when=\($0.number)" } ?? ""
        return """
            #!/bin/sh
            case " $* " in *" --status-fd "*) ;; *) exec dpkg "$@" ;; esac
            echo run >> '\(folder)/runs'
            run=$(wc -l < '\(folder)/runs')
            [ "$run" -eq \(call?.run ?? -1) ] || [ -n '\(call == nil ? "all" : "")' ] || exec dpkg "$@"
            strace -q -o '\(folder)'/trace."$run" -e trace='\(names)' \(kill) dpkg "$@"
            status=$?
            [ "$status" -eq 137 ] || exit "$status"
            touch '\(folder)/killed'
            # The group that apt-get leads; it leads one, since the agent gives it a session of its own.
            kill -KILL "-$PPID"

            """
    }
}
