import ArgumentParser
import Client
import Glibc
import ReadModels

/// The command `ringmaster cycle approve`.
struct CycleApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the gate after a stage, for one exact plan.",
        discussion: """
            An approval counts for the plan whose digest it names and for no other. Without --digest the open gate is \
            shown and you are asked; that needs a terminal.

            Examples:
              ringmaster cycle approve CYCLE
              ringmaster cycle approve CYCLE --stage early --digest DIGEST --reason "early looks good"
            """
    )

    @Argument(help: "The cycle's id, from `ringmaster cycle ls`.")
    var id: String

    @Option(help: ArgumentHelp("The stage whose gate it is (otherwise the one that is open).", valueName: "stage"))
    var stage: String?

    @Option(help: ArgumentHelp("The digest of the plan that you looked at.", valueName: "digest"))
    var digest: String?

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try server.client()
        let by = try actor.name(for: server)
        let request: ApproveStage
        if let stage, let digest {
            request = ApproveStage(stage: stage, planDigest: digest, reason: reason, by: by)
        } else {
            let cycle = try await client.cycle(id)
            let open = try OpenGate(in: cycle, stage: stage)
            let digest = if let digest { digest } else { try await askedDigest(open, cycle) }
            request = ApproveStage(stage: open.stage.name, planDigest: digest, reason: reason, by: by)
        }
        let cycle = try await client.approve(id, request)
        try output.print(cycle) { style in
            [
                "approved the gate after \(request.stage)\(by.map { " as \($0)" } ?? "")".printable,
                StageTrack(cycle).line(style),
            ]
        }
    }

    // MARK: - Steps

    private func askedDigest(_ open: OpenGate, _ cycle: CycleView) async throws -> String {
        guard isatty(STDIN_FILENO) == 1, output.output == .table else {
            throw ValidationError("Nobody can be asked here: add --digest \(open.planDigest) to approve that plan.")
        }
        let style = OutputStyle.detected()
        let page = StageSection(open.stage, detail: .init()).lines(style)
        let gate = GateSection(open.stage, cycle: id, commandSuffix: server.asTyped).lines(style)
        try StandardOutput.print([StageTrack(cycle).line(style), ""] + page + gate + [""])
        let question = "Approve plan \(open.planDigest) for what follows \(open.stage.name)?"
        guard try await Prompt.isAnsweredYes(question) else {
            throw CommandFailure("not approved: the gate after \(open.stage.name) stays open", exitCode: .refused)
        }
        return open.planDigest
    }
}
