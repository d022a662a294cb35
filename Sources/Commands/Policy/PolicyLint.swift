import ArgumentParser
import Domain
import Workflows

/// The command `ringmaster policy lint`.
struct PolicyLint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Read a folder of policy files and tell what is wrong with them.",
        discussion: """
            Each problem is a line `file:line:column: …` that says what was expected. Needs no control plane.

            Exit codes: 0 when all is right, 65 when there is a problem, 66 when the folder cannot be read.

            Example:
              ringmaster policy lint policy
            """
    )

    @OptionGroup var folder: PolicyFolderOptions

    func run() async throws {
        let policy = try await folder.read().policy
        let counts = [
            (policy.sites.count, "sites"), (policy.groups.count, "patch groups"), (policy.baselines.count, "baselines"),
            (policy.windows.count, "windows"), (policy.freezes.count + policy.calendars.count, "freezes and calendars"),
            (policy.waivers.count, "waivers"), (policy.rebootSlots.count, "groups of reboot slots"),
            (policy.destinations.count, "destinations"),
        ]
        let text = counts.map { "\($0) \($1)" }.joined(separator: ", ")
        try StandardOutput.print("\(folder.folder): \(text)".printable)
    }
}
