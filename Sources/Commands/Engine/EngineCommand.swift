import ArgumentParser

/// The commands `ringmaster engine …`.
struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Look after the engines, and settle messages that were set aside.",
        subcommands: [EngineStatus.self, EngineRetry.self, EngineDiscard.self]
    )
}
