import ArgumentParser

/// The command `ringmaster slots show`.
struct SlotsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show who holds a group's reboot slots, until when, and who waits.",
        discussion: """
            What happened to them is in the log: ringmaster events tail --stream reboot-slots/GROUP

            Example:
              ringmaster slots show db
            """
    )

    @Argument(help: "The group, from `ringmaster slots ls`.")
    var group: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let view = try await server.client().rebootSlots(of: group)
        try output.print(view) { SlotsPage(view).lines($0) }
    }
}
