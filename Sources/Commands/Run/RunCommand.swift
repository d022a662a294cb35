import ArgumentParser

/// The commands `ringmaster run …`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command or a document on hosts, a few at a time.",
        subcommands: [RunStart.self, RunList.self, RunShow.self, RunCancel.self],
        defaultSubcommand: RunStart.self
    )
}
