import ArgumentParser
import Domain
import ReadModels
import Workflows

/// The command `ringmaster baseline preview`.
struct BaselinePreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "What a folder's baselines say of the last advisories, beside what the present policy says.",
        discussion: """
            Each imported advisory of the last days is judged as of today by the baselines of the folder that name their \
            operating system. Those that the present policy treats otherwise are listed. Changes nothing.

            Examples:
              ringmaster baseline preview policy
              ringmaster baseline preview policy --baseline plat-al2023-baseline --days 30 --all
            """
    )

    @OptionGroup var folder: PolicyFolderOptions

    @Option(help: ArgumentHelp("One baseline of the folder; otherwise all of them.", valueName: "name"))
    var baseline: String?

    @Option(help: "How many days back, 1 to 400.")
    var days = 90

    @Flag(help: "List the advisories that nothing changes for, too.")
    var all = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let policy = try await folder.read().policy
        let wanted = policy.baselines.filter { $0.system != nil && (baseline == nil || $0.name == baseline) }
        guard !wanted.isEmpty else {
            let what =
                baseline.map { "has no baseline \($0) with an operating system" }
                ?? "has no baseline with an operating system"
            throw CommandFailure("\(folder.folder) \(what): nothing can be previewed", exitCode: .inputMissing)
        }
        let client = try server.client()
        var previews: [BaselinePreviewView] = []
        for baseline in wanted {
            previews.append(try await client.preview(PreviewBaseline(baseline: baseline, days: days)))
        }
        try output.print(previews) { style in
            previews.flatMap { BaselinePreviewPage($0, showsAll: all).lines(style) + [""] }.dropLast()
        }
    }
}
