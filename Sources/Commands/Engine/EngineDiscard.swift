import ArgumentParser

/// The command `ringmaster engine discard`.
struct EngineDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "End a message for good that was set aside.",
        discussion: """
            It is never decided. Whoever waits for it, or sends it again, is refused with the code message-discarded, your name and \
            the reason. The message is kept with them for auditors. There is no way back.

            Examples:
              ringmaster engine discard open/7f3a --reason "sent by a test"
              ringmaster engine discard start --stream cycle/monthly-2026-11 --reason "started by hand"
            """
    )

    @Option(help: ArgumentHelp("Why, for auditors and for whoever sent it.", valueName: "text"))
    var reason: String

    @OptionGroup var options: SettleOptions

    func run() async throws { try await options.settle("discard", reason: reason) }
}
