import ArgumentParser
import FoundationEssentials

/// The command `ringmaster ca renew`.
struct CARenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew the certificate of the server.",
        discussion: """
            The authority, its pin and the server's key stay, so that nothing has to be done on hosts. The server takes the new \
            certificate when it starts next.

            Examples:
              ringmaster ca renew
              ringmaster ca renew --data /var/lib/ringmaster --name patch2.example.com --name localhost
            """
    )

    @Option(help: ArgumentHelp("The data folder.", valueName: "folder"))
    var data = ".ringmaster"

    @Option(
        help: ArgumentHelp(
            "A host name or address in place of those it has; may be given again.",
            valueName: "name"
        )
    )
    var name: [String] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let view = try AuthorityFolder(data: data).renew(names: name.isEmpty ? nil : name, now: Date())
        try output.print(view) { view.lines($0) }
    }
}
