import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster advisory show`.
struct AdvisoryShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an advisory: what it fixes where, what is known of its CVEs, and its versions.",
        discussion: """
            A vendor may edit an advisory: each edit that was imported is a version, and --version shows it as it was.

            Examples:
              ringmaster advisory show ALAS2023-2026-1234
              ringmaster advisory show openssl/CVE-2024-6119 --source debian -o json
            """
    )

    @Argument(help: "The advisory's id, from `ringmaster advisory ls`.")
    var id: String

    @Option(help: "The vendor, where several have an advisory of this id.")
    var source: AdvisorySource?

    @Option(help: ArgumentHelp("The digest of the version to show (otherwise the current one).", valueName: "digest"))
    var version: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let advisory = try await server.client().advisory(id, source: source?.rawValue, version: version)
        try output.print(advisory) { AdvisoryPage(advisory).lines($0) }
    }
}
