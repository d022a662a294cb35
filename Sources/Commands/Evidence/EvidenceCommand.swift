import ArgumentParser
package import Evidence

/// The commands `ringmaster evidence …`.
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Hand an auditor what a month has proved, and verify it.",
        discussion: """
            A bundle is a folder: tables, the commits of the log that they follow from, a manifest of every file's digest, and its \
            signature. docs/evidence.md is the guide for auditors.

            Examples:
              ringmaster evidence build --period 2026-06 --to evidence-2026-06
              ringmaster evidence verify evidence-2026-06 --key evidence.pub
              ringmaster evidence sample evidence-2026-06 --seed "dice 4 2 6" --count 25 --to dossiers
              ringmaster evidence upload evidence-2026-06 --to s3://acme-evidence/2026-06/ --retain 400d
            """,
        subcommands: [
            EvidenceBuild.self, EvidenceVerify.self, EvidenceSample.self, EvidenceUpload.self, EvidenceKeyCommand.self,
        ]
    )
}

/// A period as people type it.
extension EvidencePeriod: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
