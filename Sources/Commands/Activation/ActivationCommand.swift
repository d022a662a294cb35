import ArgumentParser

/// The commands `ringmaster activation …`.
struct ActivationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activation",
        abstract: "Let hosts enrol.",
        subcommands: [ActivationCreate.self]
    )
}
