import ArgumentParser

/// The command `ringmaster workflow check`.
struct WorkflowCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read workflow and document files and tell what is wrong with them.",
        discussion: """
            Each problem is a line `file:line:column: …` that says what was expected. The documents that a workflow names \
            are looked for in the folder hooks beside it. Needs no control plane.

            Exit codes: 0 when all are right, 65 when one has a problem, 66 when one cannot be read.

            Examples:
              ringmaster workflow check workflows/debian12-rings.yaml
              ringmaster workflow check workflows/*.yaml workflows/hooks/*.yaml
            """
    )

    @Argument(help: "The files to check.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func run() throws {
        let verdicts = files.map(WorkflowVerdict.init(file:))
        for verdict in verdicts {
            switch verdict.outcome {
            case .valid(let line): try StandardOutput.print(line)
            case .invalid(let lines): try StandardOutput.print(lines)
            case .unreadable(let line): StandardOutput.note("error: \(line)")
            }
        }
        if let code = verdicts.compactMap(\.exitCode).first { throw code }
    }
}
