import ArgumentParser
import ReadModels

/// The command `ringmaster access-key create`.
struct AccessKeyCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an access key for a person or a machine.",
        discussion: """
            The secret is shown once and kept nowhere. Whoever has it acts under the key's name, and may do what its roles may; with \
            --site, --ring or --patch-group, on those hosts alone.

            Examples:
              ringmaster access-key create --name terraform --role operator --expires 90d
              ringmaster access-key create --name dashboards --role viewer --site eu-west-1 -o json
            """
    )

    @OptionGroup var holder: HolderOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = holder.request(by: try actor.name(for: server))
        let key = try await server.client().createAccessKey(request)
        try output.print(key) { TokenPage(key, of: .accessKeys).lines($0) }
    }
}
