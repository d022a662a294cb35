import ArgumentParser
import Client
import Domain
import ReadModels

/// The command `ringmaster token create`.
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token for a person or a machine.",
        discussion: """
            The secret is shown once and kept nowhere. Whoever has it acts under the token's name, and may do what its roles \
            may; with --site, --ring or --patch-group, on those hosts alone.

            Examples:
              ringmaster token create --name ana --role operator --expires 90d
              ringmaster token create --name bob --role approver --role auditor
              ringmaster token create --name ci --role viewer --ring early --site Frankfurt --expires 30d -o json
            """
    )

    @Option(help: ArgumentHelp("Whose it is, as the log will say for ever.", valueName: "name"))
    var name: String

    @Option(
        name: .customLong("role"),
        help: ArgumentHelp("viewer, operator, approver, admin or auditor; may be given again.", valueName: "role")
    )
    var roles: [AccessRole]

    @Option(name: .customLong("site"), help: ArgumentHelp("Hosts of this site; may be given again.", valueName: "site"))
    var sites: [String] = []

    @Option(name: .customLong("ring"), help: ArgumentHelp("Hosts of this ring; may be given again.", valueName: "ring"))
    var rings: [String] = []

    @Option(
        name: .customLong("patch-group"),
        help: ArgumentHelp("Hosts of this patch group; may be given again.", valueName: "group")
    )
    var patchGroups: [String] = []

    @Option(help: ArgumentHelp("For how long it counts, such as 12h or 90d; at most 366d.", valueName: "span"))
    var expires = Span.ninetyDays

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !roles.isEmpty else { throw ValidationError("--role is needed.") }
        guard expires.seconds <= 366 * 86_400 else { throw ValidationError("--expires takes at most 366d.") }
    }

    func run() async throws {
        let scope = AccessScope(sites: sites, rings: rings, patchGroups: patchGroups)
        let request = CreateToken(
            name: name,
            roles: roles,
            scope: scope.isUnlimited ? nil : scope,
            expiresInSeconds: expires.seconds,
            by: try actor.name(for: server)
        )
        let token = try await server.client().createToken(request)
        try output.print(token) { TokenPage(token).lines($0) }
    }
}

extension AccessRole: ExpressibleByArgument {}
