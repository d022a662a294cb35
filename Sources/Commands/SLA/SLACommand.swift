import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster sla`.
struct SLACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sla",
        abstract: "List what is open for too long, what is due soon, and what the schedule will not close in time.",
        discussion: """
            A finding is a package of a node that lacks what an advisory fixes. Its clock starts with the vendor's publication, \
            and the policy says how long it may run: `sla` and `waivers` in the policy's files. Each node is judged by its last \
            inventory and by the advisories that were imported.

            States: breached, due-soon (within 72 hours), within, waived. The forecast says in which window the present \
            schedule closes it, or why it misses: no window, one that ends too late, an approval that comes too late, a \
            rejection, a hold on the host, a fix that no repository offers.

            Exit codes: 0 when nothing is breached, 1 when something is.

            Examples:
              ringmaster sla
              ringmaster sla --state due-soon
              ringmaster sla --limit 5000 -o json | jq '.items[] | select(.forecast | startswith("misses"))'
            """
    )

    @Option(help: "List those in this state alone; all are counted.")
    var state: SLAClock.State?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func validate() throws { try RowLimit.check(limit) }

    func run() async throws {
        let view = try await server.client().sla(state: state, limit: limit)
        try output.print(view, SLAPage(view))
        if view.counts.breached > 0 { throw ExitCode.checkFailed }
    }
}

extension SLAClock.State: ExpressibleByArgument {}
