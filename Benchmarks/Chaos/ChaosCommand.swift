import ArgumentParser
import Foundation

/// Faults on real processes.
@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Strike real servers and a real PostgreSQL under load, and check that nothing is lost or done twice.",
        discussion: """
            One line for each fault; exit code 1 with the reason when something does not hold. Needs root, for it mounts a small disk.

            Examples:
              chaos --folder /var/tmp/chaos
              chaos --folder /var/tmp/chaos --seed 7 engines rolling
              chaos --folder /var/tmp/chaos --long
            """
    )

    @Argument(help: "Which scenarios; all when none is named: \(Scenario.allValueStrings.joined(separator: ", ")).")
    var scenarios: [Scenario] = []

    @Option(help: "The faults' seed; drawn and printed when it is not given.")
    var seed: UInt64?

    @Flag(help: "More faults, more hosts: some twenty minutes.")
    var long = false

    @Option(help: "An empty folder for data and logs, on a disk.")
    var folder: String

    func run() async throws {
        let plan = Plan(seed: seed ?? .random(in: 1...999_999), isLong: long)
        Progress.tell("chaos", "seed \(plan.seed)\(long ? ", long" : "")")
        for scenario in scenarios.isEmpty ? Scenario.allCases : scenarios {
            do {
                try await scenario.run(plan, folder: "\(folder)/\(scenario.rawValue)")
            } catch {
                Progress.tell(scenario.rawValue, "FAILED: \(error)")
                Progress.tell("chaos", "again with --seed \(plan.seed)\(long ? " --long" : "") \(scenario.rawValue)")
                throw ExitCode.failure
            }
        }
        Progress.tell("chaos", "everything holds, seed \(plan.seed)")
    }
}

/// How much is done, and what the faults are drawn from.
struct Plan: Sendable {
    let seed: UInt64
    let isLong: Bool
}

/// What is told while it runs.
enum Progress {
    private static let began = ContinuousClock.now

    static func tell(_ who: String, _ text: String) {
        let time = String(format: "%7.1f s  ", (ContinuousClock.now - began) / .seconds(1))
        FileHandle.standardOutput.write(Data("\(time)\(who): \(text)\n".utf8))
    }
}

/// Something does not hold.
struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Duration {
    /// Such as `5.93 s`.
    var text: String { String(format: "%.2f s", self / .seconds(1)) }
}

/// Tries again whatever fails, as whoever gets no answer does, for a minute.
func persistently<Value>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
    let end = ContinuousClock.now + .seconds(60)
    while true {
        do {
            return try await body()
        } catch {
            try Task.checkCancellation()
            guard ContinuousClock.now < end else { throw Broken("\(what) does not work for a minute: \(error)") }
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}

/// Waits until the condition holds; what cannot be told does not hold yet.
func wait(for what: String, atMost patience: Duration, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + patience
    while true {
        var failure = ""
        do {
            if try await condition() { return }
        } catch {
            try Task.checkCancellation()
            failure = ": \(error)"
        }
        guard ContinuousClock.now < end else { throw Broken("\(what): not within \(patience.text)\(failure)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
