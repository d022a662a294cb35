import ArgumentParser
import ReadModels

/// The command `ringmaster run show`.
struct RunShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a run did on each host, step by step.",
        discussion: """
            Given a cycle, it shows what the cycle's hooks and run stages did.

            Examples:
              ringmaster run show RUN
              ringmaster run show RUN --output-of mi-0a1b2c3d4e5f60718
              ringmaster run show RUN -o json | jq '.invocations[] | select(.status.details == "Failed")'
            """
    )

    @Argument(help: "The run's id, from `ringmaster run ls`, or a cycle's.")
    var id: String

    @Option(help: ArgumentHelp("Print what the steps said on this host.", valueName: "node"))
    var outputOf: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let run = try await server.client().run(id, .hosts(outputOf: outputOf))
        try output.print(run) { RunPage(run, outputOf: outputOf).lines($0) }
    }
}
