import ArgumentParser

/// The commands `ringmaster workflow …`.
struct WorkflowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Work with workflow files.",
        subcommands: [WorkflowCheck.self]
    )
}
