import ArgumentParser
import Simulation

extension Fault: ExpressibleByArgument {}
extension Defect: ExpressibleByArgument {}
extension RunPlan.Mode: ExpressibleByArgument {}

@main
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Runs the whole system in virtual time, under faults that a seed decides, and checks it at every step."
    )

    @Option(help: "How many worlds; one when a seed is given, else 100.") var seeds: Int?
    @Option(help: "The first seed.") var seed: UInt64?
    @Option(help: "Hosts; the seed decides otherwise.") var hosts: Int?
    @Option(help: "safety or liveness; the seed decides otherwise.") var mode: RunPlan.Mode?
    @Option(help: "Days after which the run, or its faults, end.") var days: Int?
    @Option(help: "A fault to leave out; may be repeated.") var without: [Fault] = []
    @Option(help: "The only fault; may be repeated.") var only: [Fault] = []
    @Option(help: "A deliberate defect to put in.") var defect: Defect?
    @Option(help: "Worlds at a time.") var jobs = 2
    @Flag(help: "Show a failing world as it is, and look for no smaller one.") var asIs = false
    @Flag(help: "Look for every deliberate defect, or the one given; fails when one is not found.") var defects = false

    func run() async throws {
        let (first, excluded) = (seed ?? 0, Fault.excluded(without: without, only: only))
        if defects {
            throw DefectHunt.run(defect.map { [$0] } ?? Defect.allCases, from: first) ? ExitCode.success : .failure
        }
        let count = seeds ?? (seed == nil ? 100 : 1)
        let plans = (first..<first + UInt64(count)).map { seed in
            RunPlan(seed: seed, mode: mode, hosts: hosts, days: days, without: excluded, defect: defect)
        }
        let report = await Swarm(plans, jobs: jobs, shrinks: !asIs).run()
        print(report.text)
        guard report.isGood else { throw ExitCode.failure }
    }
}
