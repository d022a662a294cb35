import ArgumentParser
import Client
import Crypto
import DurableStreams
import Evidence
import FoundationEssentials
import Logging
import Postgres
import ReadModels

/// The command `ringmaster evidence build`.
struct EvidenceBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the signed bundle of a month.",
        discussion: """
            It runs beside the server, reads the database itself as `log verify` does, and signs with evidence.key in the data \
            folder. The folder must not be there; it appears when it is whole.

            Examples:
              ringmaster evidence build --period 2026-06 --to evidence-2026-06
              ringmaster evidence build --period 2026-06 --to london --site London --population vcenter.csv
            """
    )

    @Option(help: ArgumentHelp("The month (UTC), as in 2026-06.", valueName: "month"))
    var period: EvidencePeriod

    @Option(help: ArgumentHelp("The folder to build, which must not be there.", valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp("Limit the tables to a site; once for each.", valueName: "site"))
    var site: [String] = []

    @Option(
        help: ArgumentHelp(
            "A CSV of hosts from elsewhere, to compare the population with; its header names a column node, id, instance_id, "
                + "name or hostname.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv"])
    )
    var population: String?

    @Option(help: ArgumentHelp("A time-stamping authority (RFC 3161) that stamps the manifest.", valueName: "url"))
    var timestampUrl: String?

    @OptionGroup var seals: SealOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = EvidenceRequest(
            period: period,
            sites: Set(site),
            hostList: try population.map { try HostList(file: $0) },
            tool: Manifest.Tool(name: "ringmaster", sha256: try Self.executableDigest()),
            now: SystemClock.now(),
            authority: try authority()
        )
        let key = try EvidenceKeyFile.load(data: database.data)
        let manifest = try await database.withClient(ServerLog.logger("evidence", level: .warning)) { client in
            // Commits bear the database's time, and the bundle ends by it.
            var dated = request
            dated.now = try await DatabaseClock(client: client).now
            let content = ContentStore(client: client)
            let builder = EvidenceBuilder(
                store: try seals.store(client, data: database.data),
                content: EvidenceContent(
                    inventories: { try await content.inventories.load($0) },
                    advisories: { try await content.advisories.wholeIndex(of: $0) }
                ),
                key: key
            )
            return try await builder.build(dated, to: to)
        }
        let rows = manifest.files.first { $0.path == "population.csv" }?.rows ?? 0
        try output.print(manifest) { _ in
            [
                "evidence of \(period): \(rows) nodes, \(manifest.files.count) files in \(to), "
                    + "signed by the key \(key.publicKey.fingerprint)"
            ]
        }
    }

    private func authority() throws -> TimestampAuthority? {
        guard let timestampUrl else { return nil }
        guard let server = TimestampServer(url: timestampUrl) else {
            throw ValidationError("--timestamp-url begins with http:// or https://, unlike \(timestampUrl)")
        }
        return TimestampAuthority(url: timestampUrl, random: .random(in: .min ... .max)) { try await server.ask($0) }
    }

    /// Which build of the program it was.
    private static func executableDigest() throws -> String {
        let bytes = try Data(contentsOf: URL(filePath: "/proc/self/exe"), options: .mappedIfSafe)
        return Hexadecimal.text(SHA256.hash(data: bytes))
    }
}
