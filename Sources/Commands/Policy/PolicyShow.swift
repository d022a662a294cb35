import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster policy show`.
struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the policy that is applied, and what is rejected by command.",
        discussion: """
            Examples:
              ringmaster policy show
              ringmaster policy show -o json | jq .policy.baselines
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let view = try await server.client().policy()
        try output.print(view) { PolicyPage(view).lines($0) }
    }
}
