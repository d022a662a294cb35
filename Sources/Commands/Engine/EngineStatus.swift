import ArgumentParser

/// The command `ringmaster engine status`.
struct EngineStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the engines, what waits for them, and what they set aside.",
        discussion: """
            Every stream belongs to one of 256 shards, and every shard to one engine process. LEASE is how long an engine is taken for \
            alive unless it is heard of. A message that could not be decided is set aside with the error, and its stream goes on \
            without it; `engine retry` has it decided again, `engine discard` ends it.

            Examples:
              ringmaster engine status
              ringmaster engine status -o json | jq -e '.unownedShards == 0 and .setAsideCount == 0'
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let engine = try await server.client().engine()
        try output.print(engine) { EnginePage(engine).lines($0) }
    }
}
