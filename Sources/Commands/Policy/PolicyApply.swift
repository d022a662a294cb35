import ArgumentParser
import Domain
import ReadModels
import Workflows

/// The command `ringmaster policy apply`.
struct PolicyApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put a folder's policy in the place of the present one.",
        discussion: """
            All of it or nothing; applied again, it changes nothing. Cycles that run keep the baselines and windows that they \
            started with; business hours and freezes hold for every stage that opens from now on. Whoever applied another \
            policy since this command compared the two is not overwritten.

            Example:
              ringmaster policy apply policy --as ana
            """
    )

    @OptionGroup var folder: PolicyFolderOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let policy = try await folder.read().policy
        let client = try server.client()
        let diff = try await client.diff(policy)
        let request = ApplyPolicy(policy: policy, base: diff.base, by: try actor.name(for: server))
        let applied = try await client.apply(request)
        try output.print(applied) { style in
            let done = "policy \(applied.digest?.prefix(12) ?? "") is applied, by \(applied.appliedBy ?? "")".printable
            return diff.changes.isEmpty
                ? PolicyDiffTable(diff).lines(style) : PolicyDiffTable(diff).lines(style) + ["", done]
        }
    }
}
