import ArgumentParser

/// The commands `ringmaster node …`.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Look at the managed nodes, and take them out of trust.",
        subcommands: [NodeList.self, NodeShow.self, NodePatches.self, NodeLog.self, NodeRevoke.self]
    )
}
