import ArgumentParser

/// The commands `ringmaster ca …`.
struct CACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Have a certificate authority of your own, if there is none.",
        subcommands: [CAInit.self, CARenew.self]
    )
}
