package import ArgumentParser
import DurableStreams
import Logging
import Postgres
import Time

/// Checks the log without a server.
package struct LogVerify: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the hash chain of every shard from the stored rows.",
        discussion: """
            It reads the database itself and trusts no server. Exit code 0: every commit is as it was written. Exit code 1: the first \
            bad position is named.

            Commits that were cut off at the end of a shard, or written anew, leave a chain that is valid in itself. Keep the heads where \
            nobody who can write the database can change them, and give them the next time: each must still be in the log. With the \
            servers' seal key it also finds what somebody without that key wrote anew.

            Examples:
              ringmaster log verify
              ringmaster log verify --database "host=db.example dbname=ringmaster user=auditor"
              ringmaster log verify -o json > heads.json
              ringmaster log verify --since heads.json
            """
    )

    @Option(help: "What an earlier `log verify -o json` printed: every head in it must still be in the log.")
    var since: String?

    @OptionGroup var seals: SealOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let kept = try since.map { try KeptHeads(file: $0).heads } ?? []
        let report = try await database.withClient(ServerLog.logger("log-verify", level: .warning)) { client in
            try await LogVerifier(store: try seals.store(client, data: database.data)).verify(since: kept)
        }
        let verdict = LogVerdict(report, since: kept)
        try output.print(verdict) { _ in [verdict.text] }
        if report.finding != nil { throw ExitCode.checkFailed }
    }
}
