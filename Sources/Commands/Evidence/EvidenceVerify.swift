import ArgumentParser
import Evidence
import FoundationEssentials

/// The command `ringmaster evidence verify`.
struct EvidenceVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a bundle offline: signature, every byte, hash chain, and that its tables fit its events.",
        discussion: """
            It needs no server, no database and no network. Exit code 0: the bundle is what the owner of the key signed, and its \
            tables fit its events. 1: something is wrong, and is named. 66: there is no bundle, or no key.

            Examples:
              ringmaster evidence verify evidence-2026-06 --key evidence.pub
              ringmaster evidence verify evidence-2026-06 --key evidence.pub -o json
            """
    )

    @Argument(help: ArgumentHelp("The bundle's folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("The public key of whom it should be (PEM), not taken from the bundle.", valueName: "file"),
        completion: .file()
    )
    var key: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let report = try BundleVerifier(folder: folder, key: try Self.key(file: key)).verify()
        try output.print(report) { _ in Self.lines(report) }
        if !report.isValid { throw ExitCode.checkFailed }
    }

    private static func key(file: String) throws -> EvidencePublicKey {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandFailure("cannot read the key \(file): \(error)", exitCode: .inputMissing)
        }
        return try EvidencePublicKey(text, file: file)
    }

    private static func lines(_ report: BundleReport) -> [String] {
        guard report.isValid else {
            let cut = report.isCut ? ["evidence verify: there are more problems than these"] : []
            return report.problems.map { "evidence verify: FAILED at \($0)" } + cut
        }
        let stamp = report.timestampClaim.map { ["evidence verify: \($0)"] }
        return [
            "evidence verify: ok, \(report.period): \(report.files) files, \(report.nodes) nodes, \(report.commits) commits with "
                + "\(report.events) events, all signed by the key \(report.key)"
        ] + (stamp ?? [])
    }
}
