import AgentProtocol
import ArgumentParser
import HostAgent

/// `ringmaster-agent doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds what commonly breaks on a host, and mends it with --repair.",
        discussion: """
            Each repair is recorded: `ringmaster-agent journal` shows it, and the control plane hears of it with the next
            contact. Nothing is repaired while an order is under way.

            EXAMPLES
              ringmaster-agent doctor
              ringmaster-agent doctor -o json
              ringmaster-agent doctor --repair

            EXIT STATUS
              0   all is well
              1   something is wrong; with --repair, something that a person has to mend
              2   a repair failed, or none could be made
            """
    )

    @OptionGroup var state: StateOption
    @OptionGroup var output: OutputOption

    @Flag(help: "Mend what can be mended without a person's decision.")
    var repair = false

    private struct Outcome: Encodable {
        var findings: [Finding]
        var repairs: [RepairReport]
    }

    func run() async throws {
        AgentCommand.prepareProcess()
        guard ThisProcess.isPrivileged else {
            throw ValidationError("the doctor looks where only root may: run it as root")
        }
        let doctor = try await HostDoctor.of(StateFolder(state.path))
        var findings = await doctor.examine()
        var repairs: [RepairReport] = []
        if repair, findings.contains(where: \.isRepairable) {
            do {
                repairs = try await doctor.repair(findings)
            } catch {
                ThisProcess.warn("Error: \(error)\n")
                throw ExitCode(2)
            }
            let mended = Set(repairs.filter(\.isRepaired).map(\.check))
            findings.removeAll { $0.isRepairable && mended.contains($0.check) }
        }
        try show(Outcome(findings: findings, repairs: repairs))
        if repairs.contains(where: { !$0.isRepaired }) { throw ExitCode(2) }
        if !findings.isEmpty { throw ExitCode(1) }
    }

    private func show(_ outcome: Outcome) throws {
        guard output.format == .text else { return try OutputOption.printJSON(outcome) }
        for repair in outcome.repairs {
            print("\(repair.isRepaired ? "repaired" : "NOT REPAIRED")  \(repair.check): \(repair.detail)")
        }
        for finding in outcome.findings {
            print("\(finding.check): \(finding.detail)\n    \(finding.advice)")
        }
        if outcome.findings.isEmpty, outcome.repairs.isEmpty { print("all is well") }
    }
}
