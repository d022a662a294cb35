import ArgumentParser
import Client
import FoundationEssentials

/// The command `ringmaster report csv`.
struct ReportCSV: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Write a cycle's compliance, one row per host.",
        discussion: """
            Columns: managed-node id, patch group, baseline, compliance state, critical missing patches, timestamp.

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
