import ArgumentParser

/// The commands `ringmaster window …`.
struct WindowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "window",
        abstract: "When the policy's maintenance windows open.",
        subcommands: [WindowNext.self]
    )
}
