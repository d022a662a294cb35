import ArgumentParser
import ReadModels

/// The command `ringmaster node log`.
struct NodeLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print what package managers and hooks printed on a node.",
        discussion: """
            Of the last order, or of the one that is named. Passwords and tokens were masked on the host.

            Examples:
              ringmaster node log mi-0a1b2c3d4e5f60718
              ringmaster node log mi-0a1b2c3d4e5f60718 --list
              ringmaster node log mi-0a1b2c3d4e5f60718 --order 'c-1/install/early#0#1' --name apt
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @Option(help: "The order's id, from `--list` (otherwise the last one that printed something).")
    var order: String?

    @Option(help: "Only what this program or hook printed, such as apt.")
    var name: String?

    @Flag(help: "List what is kept instead of printing it.")
    var list = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let client = try server.client()
        let kept = try await client.outputs(ofNode: id)
        let wanted = OutputChoice(order: order, name: name, isOfAllOrders: list).outputs(of: kept)
        guard !list, output.output == .table else {
            return try output.print(wanted, OutputTable(wanted))
        }
        guard !wanted.isEmpty else {
            let what = kept.isEmpty ? "of node \(id)" : "like that of node \(id), see --list"
            throw CommandFailure("no output is kept \(what)", exitCode: .refused)
        }
        for view in wanted.reversed() {
            if wanted.count > 1 { try StandardOutput.print("==> \(view.name), order \(view.order)".printable) }
            let text = try OutputLines.text(of: try await client.output(view, ofNode: id), of: view.name)
            try StandardOutput.print(OutputLines.lines(of: text))
        }
    }
}
