package import ArgumentParser
import Logging
import Postgres
import Schema

/// Brings the schema up to date.
package struct MigrateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring a database's schema up to date.",
        discussion: """
            Run it with a role that owns the schema, before the first start and after each upgrade. `serve` does it by itself for the \
            private PostgreSQL.

            Examples:
              ringmaster migrate --database "host=db.example dbname=ringmaster user=ringmaster_owner"
              ringmaster migrate --check
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Only say what is pending; exit 1 if anything is.")
    var check = false

    package init() {}

    package func run() async throws {
        let logger = ServerLog.logger("migrate", level: .warning)
        let migrator = try Migrator(Schema.migrations, logger: logger)
        try await database.withClient(logger) { client in
            guard check else {
                let applied = try await migrator.run(client)
                for file in applied { try StandardOutput.print(["applied \(file)"]) }
                return try StandardOutput.print(["the schema is up to date"])
            }
            switch try await migrator.check(client) {
            case .upToDate: try StandardOutput.print(["the schema is up to date"])
            case .pending(let files):
                for file in files { try StandardOutput.print(["pending \(file)"]) }
                throw ExitCode.checkFailed
            }
        }
    }
}
