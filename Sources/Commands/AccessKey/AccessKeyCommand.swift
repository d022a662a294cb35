import ArgumentParser

/// The commands `ringmaster access-key …`.
struct AccessKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access-key",
        abstract: "Access keys: with what AWS's tools sign what they send to the control plane.",
        subcommands: [AccessKeyCreate.self, AccessKeyList.self, AccessKeyRevoke.self]
    )
}
