import Advisories
import ArgumentParser
import Client
import Domain
import ReadModels

/// The command `ringmaster advisory import`.
struct AdvisoryImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import feeds of advisories, of known exploited vulnerabilities, or of exploit probabilities.",
        discussion: """
            A source is a file, plain or gzip, a folder of JSON records such as Ubuntu's OSV or CSAF, or an address. The format \
            shows in the content: updateinfo.xml, Ubuntu OSV, Debian's tracker and its DSA and DLA lists, Microsoft's CVRF and \
            CSAF, Red Hat's CSAF, CISA's KEV, EPSS.

            A feed is imported whole or not at all. An entry that is malformed is reported and skipped. An edited advisory is a new \
            version; the versions before stay. The same bytes again, and an address that has nothing new, change nothing.

            Examples:
              ringmaster advisory import updateinfo.xml.gz --feed al2023
              ringmaster advisory import https://security-tracker.debian.org/tracker/data/json --feed debian-tracker
              ringmaster advisory import osv/usn --feed ubuntu-usn
              ringmaster advisory import kev.json epss.csv.gz
            """
    )

    @Argument(help: ArgumentHelp("Files, folders, or addresses.", valueName: "source"))
    var sources: [String]

    @Option(
        help: ArgumentHelp(
            "What to call the feed, for one source: imports of one name follow each other (otherwise the source's last part).",
            valueName: "name"
        )
    )
    var feed: String?

    @Option(help: ArgumentHelp("The format, where the content does not show it.", valueName: "format"))
    var format: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard feed == nil || sources.count == 1 else { throw ValidationError("--feed names the feed of one source.") }
        if let format, AdvisoryFeed.Format(rawValue: format) == nil {
            let known = AdvisoryFeed.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--format is one of \(known); not \(format).")
        }
    }

    func run() async throws {
        let client = try server.client()
        let name = try actor.name(for: server)
        for source in sources {
            let source = FeedSource(source, feed: feed)
            let imported = try await importing(source, client, name)
            switch output.output {
            case .json: try StandardOutput.print(JSONText.line(imported))
            case .table: try StandardOutput.print(ImportPage(imported).lines(.detected()))
            }
        }
    }

    // MARK: - Steps

    private func importing(
        _ source: FeedSource,
        _ client: ControlPlaneClient,
        _ name: String?
    ) async throws -> AdvisoriesImported {
        let last = source.web == nil ? nil : try await client.advisoryImports(feed: source.feed, limit: 1).first
        let known = last?.fact.url == source.text ? last : nil
        return try await source.withFile(unless: known?.fact.etag) { file in
            guard let file else {
                guard let known else { throw DownloadError(url: source.text, reason: "it did not send it") }
                return AdvisoriesImported(lastImport: known, isUnchanged: true)
            }
            var imported = try await client.importAdvisories(
                feed: source.feed,
                file: file.path,
                format: format,
                url: source.web == nil ? nil : source.text,
                etag: file.etag,
                by: name
            )
            imported.lastImport.malformed = imported.lastImport.malformed.map(file.named)
            return imported
        }
    }
}
