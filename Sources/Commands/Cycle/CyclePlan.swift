import ArgumentParser
import ReadModels

/// The command `ringmaster cycle plan`.
struct CyclePlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show a cycle's frozen plan: which patches go to how many nodes.",
        discussion: """
            This is what an approval is for. With -o json it says for every node what it gets.

            Examples:
              ringmaster cycle plan CYCLE
              ringmaster cycle plan CYCLE -o json | jq -r '.sets[] | select(.nodes[] == "mi-0a1b2c3d4e5f60718") | .patches[]'
            """
    )

    @Argument(help: "The cycle's id, from `ringmaster cycle ls`.")
    var id: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let plan = try await server.client().plan(ofCycle: id)
        try output.print(plan) { PlanPage(plan, cycle: id).lines($0) }
    }
}
