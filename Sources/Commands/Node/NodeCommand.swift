import ArgumentParser

/// The commands `ringmaster node …`.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Look at the managed nodes.",
        subcommands: [NodeList.self, NodeShow.self]
    )
}
