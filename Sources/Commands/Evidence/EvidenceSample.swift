import ArgumentParser
import Evidence

/// The command `ringmaster evidence sample`.
struct EvidenceSample: ParsableCommand {
    private struct Page: Encodable {
        let seed: String
        let nodes: [String]
    }

    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw nodes of a bundle by a seed, the same for everybody, and write a dossier of each.",
        discussion: """
            The auditor gives the seed after the bundle is signed. A node's place is the SHA-256 of the seed followed by its id, \
            both UTF-8; the least places are drawn. A dossier is a page with all that the bundle has on the node.

            Examples:
              ringmaster evidence sample evidence-2026-06 --seed "dice 4 2 6"
              ringmaster evidence sample evidence-2026-06 --seed "dice 4 2 6" --count 40 --to dossiers
            """
    )

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("What the auditor drew, as text.", valueName: "text"))
    var seed: String

    @Option(help: ArgumentHelp("How many nodes.", valueName: "number"))
    var count = 25

    @Option(help: ArgumentHelp("A folder for the dossiers, which must not be there.", valueName: "folder"))
    var to: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count is 1 to 10000, not \(count)") }
    }

    func run() throws {
        let nodes = try EvidenceSampler(folder: folder).draw(seed: seed, count: count)
        if let to { try DossierWriter(folder: folder).write(nodes, to: to) }
        try output.print(Page(seed: seed, nodes: nodes)) { _ in nodes }
    }
}
