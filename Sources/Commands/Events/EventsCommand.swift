import ArgumentParser

/// The commands `ringmaster events …`.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Read the log of everything that was decided.",
        subcommands: [EventsTail.self]
    )
}
