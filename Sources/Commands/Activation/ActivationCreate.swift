import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster activation create`.
struct ActivationCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an activation, with which hosts enrol in one site and patch group.",
        discussion: """
            The code is shown once and kept nowhere; the order key, and the pin of a private certificate authority, are what \
            the hosts keep when they enrol. The last line is to be run on them: have --server be an address that they reach.

            Examples:
              ringmaster activation create --site Frankfurt --patch-group Debian12-early
              ringmaster activation create --site us-east-1 --patch-group AL2023-main --uses 200 --expires 2h
              ringmaster activation create --site Frankfurt --patch-group Debian12-late -o json
              ringmaster activation create --site dmz --patch-group Debian12-main --from 10.7.0.0/16 --requires-approval
            """
    )

    @Option(help: ArgumentHelp("The site the hosts stand in.", valueName: "site"))
    var site: String

    @Option(help: ArgumentHelp("The patch group they are patched with.", valueName: "group"))
    var patchGroup: String

    @Option(help: ArgumentHelp("How many hosts may use it, 1 to 1000.", valueName: "count"))
    var uses = 1

    @Option(help: ArgumentHelp("For how long it can be used, such as 30m, 24h or 7d; at most 30d.", valueName: "span"))
    var expires = Span.oneDay

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("A network that hosts enrol from; may be given again (otherwise any).", valueName: "cidr")
    )
    var networks: [String] = []

    @Flag(help: "Only scan the hosts until `ringmaster node approve`.")
    var requiresApproval = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000).contains(uses) else { throw ValidationError("--uses takes 1 to 1000, not \(uses).") }
        guard expires.seconds <= 30 * 86_400 else { throw ValidationError("--expires takes at most 30d.") }
    }

    func run() async throws {
        let request = CreateActivation(
            site: site,
            patchGroup: patchGroup,
            uses: uses,
            expiresInSeconds: expires.seconds,
            networks: networks.isEmpty ? nil : networks,
            requiresApproval: requiresApproval ? true : nil,
            by: try actor.name(for: server)
        )
        let activation = try await server.client().createActivation(request)
        let address = try server.address
        try output.print(activation) { ActivationPage(activation, server: address).lines($0) }
    }
}
