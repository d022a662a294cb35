package import ArgumentParser

/// What `ringmaster log` offers.
package struct LogCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Prove that the log is as it was written.",
        subcommands: [LogVerify.self]
    )

    package init() {}
}
