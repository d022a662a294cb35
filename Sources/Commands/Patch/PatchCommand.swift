import ArgumentParser

/// The commands `ringmaster patch …`.
struct PatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch",
        abstract: "Stop a bad patch everywhere, or let it come again.",
        subcommands: [PatchReject.self, PatchAccept.self]
    )
}
