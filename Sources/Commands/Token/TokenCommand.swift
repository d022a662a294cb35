import ArgumentParser

/// The commands `ringmaster token …`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Tokens: who may speak to the control plane, and what each may do.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self]
    )
}
