import ArgumentParser

/// The commands `ringmaster audit …`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who changed what, from where, and who was not let.",
        subcommands: [AuditList.self]
    )
}
