import ArgumentParser
import ReadModels

/// The command `ringmaster delivery resend`.
struct DeliveryResend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Send notices again that were given up.",
        discussion: """
            Each goes under the id that it had, so that a receiver that has it already can tell.

            Examples:
              ringmaster delivery resend node/mi-0a1b2c3d4e5f60718 --destination tickets
              ringmaster delivery resend --all --destination tickets
            """
    )

    @Argument(help: "The node or cycle, from `ringmaster delivery ls`.")
    var subject: String?

    @Option(help: ArgumentHelp("The destination's name in the policy.", valueName: "name"))
    var destination: String

    @Flag(help: "All that were given up to it.")
    var all = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (subject == nil) == all else { throw ValidationError("Name one node or cycle, or give --all.") }
    }

    func run() async throws {
        let (client, by) = (try server.client(), try actor.name(for: server))
        let failed = all ? try await client.deliveries(state: .failed, destination: destination).map(\.subject) : []
        var sent: [DeliveryView] = []
        for subject in failed + [subject].compactMap(\.self) {
            sent.append(try await client.resend(ResendDelivery(subject: subject, destination: destination, by: by)))
        }
        try output.print(Listing(items: sent)) { DeliveryTable(sent).lines($0) }
    }
}
