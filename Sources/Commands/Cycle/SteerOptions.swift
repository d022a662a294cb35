import ArgumentParser
import Client
import ReadModels

/// What `cycle pause`, `cycle resume` and `cycle abort` have in common.
struct SteerOptions: ParsableArguments {
    @Argument(help: "The cycle's id, from `ringmaster cycle ls`.")
    var id: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    /// - Parameter verb: `abort`, `pause` or `resume`.
    func steer(_ verb: String) async throws {
        let request = SteerCycle(reason: reason, by: try actor.name(for: server))
        let cycle = try await server.client().steer(id, verb, request)
        try output.print(cycle) { style in
            ["cycle \(cycle.id) is \(cycle.state)".printable, StageTrack(cycle).line(style)]
        }
    }
}
