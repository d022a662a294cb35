import ArgumentParser
import ReadModels

/// The command `ringmaster slots release`.
struct SlotsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Free a reboot slot in its holder's place, so that the next host may reboot.",
        discussion: """
            Look first whether the holder is back, or whether the others can do without it.

            Example:
              ringmaster slots release db node/mi-0a1b2c3d4e5f60718 --reason "rebuilt by hand"
            """
    )

    @Argument(help: "The group, from `ringmaster slots ls`.")
    var group: String

    @Argument(help: "The holder, from `ringmaster slots show`.")
    var holder: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = ReleaseRebootSlot(holder: holder, reason: reason, by: try actor.name(for: server))
        let view = try await server.client().release(slotOf: group, request)
        try output.print(view) { SlotsPage(view).lines($0) }
    }
}
