import ArgumentParser
import Domain
import ReadModels

/// Whose a token or an access key is to be, what it allows, and for how long.
struct HolderOptions: ParsableArguments {
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

    func validate() throws {
        guard !roles.isEmpty else { throw ValidationError("--role is needed.") }
        guard expires.seconds <= 366 * 86_400 else { throw ValidationError("--expires takes at most 366d.") }
    }

    /// - Parameter actor: who makes it.
    func request(by actor: String?) -> CreateToken {
        let scope = AccessScope(sites: sites, rings: rings, patchGroups: patchGroups)
        return CreateToken(
            name: name,
            roles: roles,
            scope: scope.isUnlimited ? nil : scope,
            expiresInSeconds: expires.seconds,
            by: actor
        )
    }
}

extension AccessRole: ExpressibleByArgument {}
