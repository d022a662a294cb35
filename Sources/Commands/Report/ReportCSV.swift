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
              ringmaster report csv --cycle CYCLE --to s3://acme-evidence/patching/2026-11/ --retain 365d

            A store gets the access key and its address from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, \
            AWS_REGION and AWS_ENDPOINT_URL, as AWS's own tools do.
            """
    )

    @Option(help: ArgumentHelp("The cycle's id.", valueName: "id"))
    var cycle: String

    @Option(
        help: ArgumentHelp("Write to this file, replacing it (otherwise standard output).", valueName: "file"),
        completion: .file()
    )
    var out: String?

    @OptionGroup(title: "A store") var storage: StorageOptions

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard out == nil || storage.to == nil else { throw ValidationError("--out and --to exclude each other.") }
    }

    func run() async throws {
        let csv = try await server.client().reportCSV(cycle: cycle)
        if storage.to != nil { return try await store(csv) }
        guard let out else { return try StandardOutput.write(csv) }
        do {
            try csv.write(to: URL(filePath: out), options: .atomic)
        } catch {
            throw CommandFailure("cannot write the report to \(out): \(error)", exitCode: .outputFailed)
        }
    }

    private func store(_ csv: Data) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "ringmaster-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await NewFile.with(path: path, isPrivate: true) { try $0.write(csv) }
        if let word = try await storage.send(file: path, named: "\(cycle).csv", contentType: "text/csv") {
            StandardOutput.note(word)
        }
    }
}
