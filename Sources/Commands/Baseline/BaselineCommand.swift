import ArgumentParser

/// The commands `ringmaster baseline …`.
struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Look at what baselines approve.",
        subcommands: [BaselinePreviewCommand.self]
    )
}
