import ArgumentParser
import ReadModels

/// The command `ringmaster node ls`.
struct NodeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the nodes, with what their last scan proves.",
        discussion: """
            UNKNOWN comes first: it is a node of which no fresh scan proves anything.

            Examples:
              ringmaster node ls
              ringmaster node ls --agent amazon-ssm-agent
              ringmaster node ls -o json | jq -r '.items[] | select(.criticalMissing > 0) | .id'
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    @Option(help: "Only those whose agent begins so, such as ringmaster or 'amazon-ssm-agent 3.2'.")
    var agent: String?

    func run() async throws {
        let nodes = try await server.client().nodes(agent: agent)
        try output.print(Listing(items: nodes), NodeTable(nodes))
    }
}
