import ArgumentParser
import Client
import ReadModels

/// What `engine retry` and `engine discard` have in common.
struct SettleOptions: ParsableArguments {
    @Argument(help: "The message's id, from `ringmaster engine status`.")
    var message: String

    @Option(help: ArgumentHelp("Its stream, where messages of that id are set aside in several.", valueName: "stream"))
    var stream: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    /// - Parameter verb: `retry` or `discard`.
    func settle(_ verb: String, reason: String?) async throws {
        let request = SettleMessage(message: message, stream: stream, reason: reason, by: try actor.name(for: server))
        let settlement = try await server.client().settle(verb, request)
        try output.print(settlement) { _ in [EnginePage.sentence(settlement)] }
    }
}
