import ArgumentParser
import ReadModels

/// The command `ringmaster slots ls`.
struct SlotsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the policy's groups of reboot slots.",
        discussion: """
            Example:
              ringmaster slots ls
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let groups = try await server.client().rebootSlots()
        try output.print(Listing(items: groups), SlotsTable(groups))
    }
}
