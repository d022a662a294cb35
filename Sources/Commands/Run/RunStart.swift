import ArgumentParser
import Domain
package import ReadModels

/// The command `ringmaster run`, which needs no name of its own.
struct RunStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a run; this is what `ringmaster run` does by itself.",
        discussion: """
            Prints the run's id. What stands behind -- is a program and its arguments; no shell takes them apart. Hosts run \
            it in the lanes of their site and patch group, outside business hours and freezes.

            Targets are KEY=VALUE,VALUE; several --targets must hold together:
              tag:Patch Group   names or patterns of patch groups
              tag:ring          what follows the last hyphen of the patch group
              tag:KEY           values of any other tag
              site              sites
              InstanceIds       managed-node ids

            Examples:
              ringmaster run --targets 'tag:Patch Group=AL2023-early' --max-concurrency 10% --max-errors 5% -- systemctl restart nginx
              ringmaster run --targets tag:ring=early --document smoke-test --wait
              ringmaster run --targets InstanceIds=mi-0a1b2c3d4e5f60718 -- bash -c 'df -h | tail -1'
            """
    )

    @Option(
        help: ArgumentHelp("Which hosts, as KEY=VALUE,VALUE; may be given again.", valueName: "targets"),
        transform: RunTargets.init(argument:)
    )
    var targets: [RunTargets]

    @Option(help: ArgumentHelp("Run this document instead of a command.", valueName: "name"))
    var document: String?

    @Option(
        help: ArgumentHelp("Hosts at work at once in each lane, a number or a percentage.", valueName: "limit"),
        transform: Limit.argument
    )
    var maxConcurrency = Limit.count(50)

    @Option(
        help: ArgumentHelp("Errors that a lane tolerates, a number or a percentage.", valueName: "limit"),
        transform: Limit.argument
    )
    var maxErrors = Limit.count(0)

    @Option(help: ArgumentHelp("How long the command may take on a host.", valueName: "span"))
    var timeout: Span = .oneHour

    @Option(help: ArgumentHelp("How long hosts may begin.", valueName: "span"))
    var deliveryTimeout: Span = .oneHour

    @Option(help: ArgumentHelp("The user who runs the command (otherwise root).", valueName: "name"))
    var user: String?

    @Flag(help: "Wait until it has ended; exit with 3 when it did not do what it was for.")
    var wait = false

    @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.")
    var command: [String] = []

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard command.isEmpty != (document == nil) else {
            throw ValidationError("Give a command behind -- or the name of a document, and not both.")
        }
        guard document == nil || user == nil else {
            throw ValidationError("--user is for a command: the steps of a document name their own users.")
        }
    }

    func run() async throws {
        let request = StartRun(
            targets: RunTargets.selector(targets),
            command: command.isEmpty ? nil : command,
            document: document,
            maxConcurrency: maxConcurrency,
            maxErrors: maxErrors,
            timeoutSeconds: timeout.seconds,
            deliverySeconds: deliveryTimeout.seconds,
            user: user,
            by: try actor.name(for: server)
        )
        let client = try server.client()
        let started = try await client.startRun(request)
        guard wait else { return try output.print(started) { _ in [started.id.printable] } }
        _ = try await CycleFollower(client: client, cycle: started.id, hosts: false).follow { _ in }
        let run = try await client.run(started.id, .summary)
        try output.print(run) { RunPage(run).lines($0) }
        guard run.status.isGood else { throw ExitCode.cycleNotCompleted }
    }
}

extension RunStatus {
    /// Whether hosts did what the run was for, but for those failures that it tolerates.
    package var isGood: Bool { status == "Success" || details == "Incomplete" }
}

extension Limit {
    /// A limit as people type it: `5` or `10%`.
    static func argument(_ text: String) throws -> Self {
        let isPercent = text.hasSuffix("%")
        guard let number = Int(isPercent ? text.dropLast() : text[...]), number >= 0, !isPercent || number <= 100
        else { throw ValidationError("\(text) is not a limit; give a number such as 5 or a percentage such as 10%.") }
        return isPercent ? .percent(number) : .count(number)
    }
}
