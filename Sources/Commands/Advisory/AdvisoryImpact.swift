import ArgumentParser
import Client
import Domain
import ReadModels

/// The command `ringmaster advisory impact`.
struct AdvisoryImpact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact",
        abstract: "List the nodes that lack the fixes of a vulnerability or an advisory, and when they get them.",
        discussion: """
            A node is judged by the packages of its last inventory, in its vendor's own order of versions. A node without an \
            inventory, or of whose release no advisory speaks, cannot be judged and is counted.

            Each package comes with when it is due, by the policy's deadlines and waivers, and with the forecast: the window in \
            which the present schedule closes it, or why none does, as `ringmaster sla` tells it.

            Examples:
              ringmaster advisory impact CVE-2024-6387
              ringmaster advisory impact ALAS2023-2026-1234
              ringmaster advisory impact CVE-2024-6387 -o json | jq -r '.items[].node' | sort -u
              ringmaster advisory impact CVE-2024-6387 -o json | jq '.items[] | select(.closesInWindowOf == null)'
            """
    )

    @Argument(help: ArgumentHelp("A CVE, or an advisory's id.", valueName: "cve|advisory"))
    var subject: String

    @Option(help: "Only by what this vendor says.")
    var source: AdvisorySource?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let impact = try await server.client().impact(of: subject, source: source?.rawValue)
        try output.print(impact, ImpactTable(impact))
    }
}
