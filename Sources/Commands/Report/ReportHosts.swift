import ArgumentParser
import Client
import FoundationEssentials
import Glibc
import SystemPackage

/// The command `ringmaster report hosts`.
struct ReportHosts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Write the compliance of all hosts, or of a site's, as SSM's patch summary has it.",
        discussion: """
            One row per node that is not revoked. The first columns are those of SSM's report (AWS-ExportPatchReportToS3), the last \
            are ours: site, architecture, unknown reason, last scan, last heard, pending reboot, security updates offered. The file \
            takes its place when it is whole; folders on the way to it are made.

            Examples:
              ringmaster report hosts
              ringmaster report hosts --site eu-west-1 --out patching/2026-06/eu-west-1.csv
              ringmaster report hosts --site eu-west-1 --to s3://acme-evidence/patching/2026-06/ --retain 400d
            """
    )

    @Option(help: ArgumentHelp("The site (otherwise all).", valueName: "site"))
    var site: String?

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
        let client = try server.client()
        if let out { return try await write(to: out, by: client) }
        guard storage.to != nil else { return try await client.hostTable(site: site) { try StandardOutput.write($0) } }
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appending(path: "ringmaster-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await write(to: path, isPrivate: true, by: client)
        let name = "\(site ?? "hosts").csv"
        if let word = try await storage.send(file: path, named: name, contentType: "text/csv") {
            StandardOutput.note(word)
        }
    }

    private func write(to path: String, isPrivate: Bool = false, by client: ControlPlaneClient) async throws {
        try await NewFile.with(path: path, isPrivate: isPrivate) { file in
            try await client.hostTable(site: site) { try file.write($0) }
        }
    }
}
