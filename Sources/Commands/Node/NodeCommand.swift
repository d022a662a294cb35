import ArgumentParser

/// The commands `ringmaster node …`.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Look at the managed nodes, and take them into trust or out of it.",
        subcommands: [
            NodeList.self, NodeShow.self, NodePatches.self, NodeLog.self, NodeApprove.self, NodeRevoke.self,
        ]
    )
}
