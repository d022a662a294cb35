import ArgumentParser

/// The commands `ringmaster report …`.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Take home what a cycle has proved.",
        subcommands: [ReportCSV.self, ReportHosts.self]
    )
}
