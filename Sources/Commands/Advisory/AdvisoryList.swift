import ArgumentParser
import Domain
import ReadModels
import Time

/// The command `ringmaster advisory ls`.
struct AdvisoryList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the advisories that fit all that is asked for, the latest first.",
        discussion: """
            KEV marks those of which a vulnerability is known to be exploited; EPSS is the highest probability that one is within \
            30 days. Notices of Ubuntu and Debian are as severe as the worst of their CVEs by the vendor's own records.

            Examples:
              ringmaster advisory ls --cve CVE-2024-6387
              ringmaster advisory ls --package openssh --since 2026-11-01
              ringmaster advisory ls --source amazon-linux -n 200 -o json | jq -r '.items[] | select(.isKnownExploited) | .id'
            """
    )

    @Option(help: "The vendor.")
    var source: AdvisorySource?

    @Option(help: ArgumentHelp("Those of this vulnerability.", valueName: "id"))
    var cve: String?

    @Option(help: ArgumentHelp("Those that fix the package of this name, as the feed has it.", valueName: "name"))
    var package: String?

    @Option(help: ArgumentHelp("Released then or later: a day, or a time with a zone.", valueName: "time"))
    var since: Moment?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func validate() throws {
        try RowLimit.check(limit)
        if let cve, CVE(cve) == nil { throw ValidationError("\(cve) is not a CVE id such as CVE-2024-6387.") }
    }

    func run() async throws {
        let advisories = try await server.client().advisories(
            source: source?.rawValue,
            cve: cve,
            package: package,
            since: since?.timestamp,
            limit: limit
        )
        try output.print(Listing(items: advisories), AdvisoryTable(advisories))
    }
}

extension AdvisorySource: ExpressibleByArgument {}

/// A time as people type it: a day in UTC, or ISO 8601 with a zone.
struct Moment: ExpressibleByArgument, Sendable {
    let timestamp: Timestamp

    init?(argument: String) {
        guard let timestamp = Timestamp(iso8601: argument) ?? Timestamp(iso8601: argument + "T00:00:00Z") else {
            return nil
        }
        self.timestamp = timestamp
    }
}

/// How many rows a list may have.
enum RowLimit {
    static let range = 1...5_000

    static func check(_ limit: Int) throws {
        guard range.contains(limit) else { throw ValidationError("--limit takes 1 to 5000, not \(limit).") }
    }
}
