import ArgumentParser

/// The commands `ringmaster policy …`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "What is approved, when it may happen: the policy as files.",
        discussion: """
            A policy is a folder of YAML files with sites, patch groups, baselines, windows and freezes. It is applied as a \
            whole, known by its digest, and recorded with who applied it.
            """,
        subcommands: [
            PolicyLint.self, PolicyDiffCommand.self, PolicyApply.self, PolicyTestCommand.self, PolicyShow.self,
        ]
    )
}
