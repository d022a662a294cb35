import ArgumentParser
import FoundationEssentials
import Glibc

/// The command `ringmaster ca init`.
struct CAInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a private certificate authority and a certificate for the server.",
        discussion: """
            All is kept in the folder tls of the data folder, readable by its owner alone, and `ringmaster serve` uses it from its \
            next start on. Hosts know the authority by its pin, which `activation create` prints. Keep a copy of the folder: with \
            another authority every host has to be enrolled anew. What is there is never overwritten.

            Examples:
              ringmaster ca init --name patch.example.com
              ringmaster ca init --data /var/lib/ringmaster --name patch.example.com --name 10.0.0.7
            """
    )

    @Option(help: ArgumentHelp("The data folder.", valueName: "folder"))
    var data = ".ringmaster"

    @Option(
        help: ArgumentHelp(
            "A host name or address of the server beside localhost; may be given again (otherwise the host's name).",
            valueName: "name"
        )
    )
    var name: [String] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let own = name.isEmpty ? [Self.hostname()].compactMap(\.self) : name
        let local = ["localhost", "127.0.0.1", "::1"].filter { !own.contains($0) }
        let view = try AuthorityFolder(data: data).create(names: own + local, now: Date())
        try output.print(view) { view.lines($0) }
    }

    /// nil where it is that of this machine alone.
    private static func hostname() -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return name.isEmpty || name == "localhost" ? nil : name
    }
}
