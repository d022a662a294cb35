import ArgumentParser
import Client
import FoundationEssentials

/// The command `ringmaster report csv`.
struct ReportCSV: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Write a cycle's compliance, one row per host.",
        discussion: """
            Columns: managed_node_id, name, patch_group, baseline, compliance_state, unknown_reason, critical_missing_patches, \
            missing_patches, timestamp (of the last scan, or of the report for a host without one).

            Examples:
              ringmaster report csv --cycle CYCLE
              ringmaster report csv --cycle CYCLE --out 2026-11.csv
            """
    )

    @Option(help: ArgumentHelp("The cycle's id.", valueName: "id"))
    var cycle: String

    @Option(
        help: ArgumentHelp("Write to this file, replacing it (otherwise standard output).", valueName: "file"),
        completion: .file()
    )
    var out: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let csv = try await server.client().reportCSV(cycle: cycle)
        guard let out else { return try StandardOutput.write(csv) }
        do {
            try csv.write(to: URL(filePath: out), options: .atomic)
        } catch {
            throw CommandFailure("cannot write the report to \(out): \(error)", exitCode: .outputFailed)
        }
    }
}
