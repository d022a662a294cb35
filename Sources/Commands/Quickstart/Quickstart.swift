import ArgumentParser
import Client
import FoundationEssentials
import Glibc

/// The command `ringmaster quickstart`.
struct Quickstart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "Run a whole patch cycle on nine small hosts of its own, and check every one.",
        discussion: """
            Starts a control plane with a PostgreSQL of its own, builds nine hosts (three sites by three rings) as \
            folders on which the real apt and dpkg work, enrols them and this machine, runs one cycle with a gate after \
            each stage, and checks the outcome host by host. This machine is scanned and nothing on it is changed. \
            Needs root, because dpkg does.

            Exit codes: 0 when every host is as it should be, 1 when one is not, 3 when the cycle did not complete.

            Examples:
              ringmaster quickstart
              ringmaster quickstart --yes
              ringmaster quickstart --yes --data /var/tmp/ringmaster
            """
    )

    @Flag(help: "Approve at each gate instead of asking.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "The folder for everything it makes; what an earlier run left there is removed.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var data = ".ringmaster/quickstart"

    @Option(help: ArgumentHelp("The folder with debian12-rings.yaml.", valueName: "folder"), completion: .directory)
    var workflows = "workflows"

    @OptionGroup var actor: ActorOptions

    func run() async throws {
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("Nobody can be asked here: add --yes to approve at each gate.")
        }
        guard geteuid() == 0 else {
            throw CommandFailure(
                "the quickstart needs root, because dpkg does even for a host that is a folder; run it with sudo",
                exitCode: .notAllowed
            )
        }
        let folder = QuickstartFolder(data)
        let programs = try QuickstartPrograms(folder: folder, workflows: URL(filePath: workflows).path)
        try folder.refuseForeign()
        try await LeftoverDatabase.stop(in: folder.server)
        try folder.prepare()
        let run = QuickstartRun(programs: programs, approvesAlways: yes, actor: try actor.local())
        let isAsItShouldBe = try await Interruption.guarding { try await run.perform() }
        guard isAsItShouldBe else { throw ExitCode.checkFailed }
    }
}
