import ArgumentParser
import Evidence

/// The command `ringmaster evidence key`.
struct EvidenceKeyCommand: ParsableCommand {
    private struct Page: Encodable {
        let publicKey: String
        let fingerprint: String
        let pem: String
    }

    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Show the public key of the evidence; it is made on first use.",
        discussion: """
            Give it to auditors by another way than the bundles, once: what is verified by a key from the bundle itself proves \
            nothing of who signed.

            Examples:
              ringmaster evidence key --data /var/lib/ringmaster > evidence.pub
              ringmaster evidence key -o json
            """
    )

    @Option(help: ArgumentHelp("The data folder, which has evidence.key.", valueName: "folder"))
    var data = ".ringmaster"

    @OptionGroup var output: OutputOptions

    func run() throws {
        let key = try EvidenceKeyFile.load(data: data).publicKey
        StandardOutput.note("fingerprint (SHA-256): \(key.fingerprint)")
        try output.print(Page(publicKey: key.base64, fingerprint: key.fingerprint, pem: key.pem)) { _ in
            key.pem.split(separator: "\n").map(String.init)
        }
    }
}
