import ArgumentParser
import ReadModels

/// The command `ringmaster delivery ls`.
struct DeliveryList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the last notice of each node and cycle to each destination.",
        discussion: """
            A notice is tried for about a day. What is failed then, or was refused, is not tried again by itself, unless there is \
            something newer to tell.

            Examples:
              ringmaster delivery ls --state failed
              ringmaster delivery ls --destination tickets -o csv
            """
    )

    @Option(help: "Those of this state alone.")
    var state: DeliveryView.State?

    @Option(help: ArgumentHelp("Those to this destination of the policy alone.", valueName: "name"))
    var destination: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let deliveries = try await server.client().deliveries(state: state, destination: destination)
        try output.print(Listing(items: deliveries), DeliveryTable(deliveries))
    }
}

extension DeliveryView.State: ExpressibleByArgument {}
