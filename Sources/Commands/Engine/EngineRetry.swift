import ArgumentParser

/// The command `ringmaster engine retry`.
struct EngineRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Have a message decided again that was set aside.",
        discussion: """
            It goes back to its stream, before what came after it and still waits, and is decided within ten seconds. Remove the cause \
            first, such as an old version of the server: a message that fails again is set aside again. A retry that was done before \
            is told and not done twice.

            Examples:
              ringmaster engine retry open/7f3a
              ringmaster engine retry start --stream cycle/monthly-2026-11 --reason "upgraded to 1.4"
            """
    )

    @Option(help: ArgumentHelp("Why, for auditors.", valueName: "text"))
    var reason: String?

    @OptionGroup var options: SettleOptions

    func run() async throws { try await options.settle("retry", reason: reason) }
}
