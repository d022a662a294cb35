import ArgumentParser

/// The commands `ringmaster advisory …`.
struct AdvisoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advisory",
        abstract: "Import what vendors publish about vulnerabilities, and look at it.",
        subcommands: [
            AdvisoryImport.self, AdvisoryImports.self, AdvisoryList.self, AdvisoryShow.self, AdvisoryImpact.self,
        ]
    )
}
