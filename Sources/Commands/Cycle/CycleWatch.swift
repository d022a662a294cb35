import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster cycle watch`.
struct CycleWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch a cycle until it ends.",
        discussion: """
            On a terminal the stages, lanes and gate are drawn in place, as much as fits its size; elsewhere, and where TERM is \
            dumb, each change is a line, and with -o json each change is the whole cycle on one line. A control plane that restarts is waited for.

            Exit codes: 0 when the cycle completed, 3 when it halted, failed or was aborted.

            Examples:
              ringmaster cycle watch CYCLE
              ringmaster cycle watch CYCLE --hosts | tee cycle.log
            """
    )

    @Argument(help: "The cycle's id, from `ringmaster cycle ls`.")
    var id: String

    @Flag(help: "Tell what happens to each host.")
    var hosts = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var display = CycleDisplay(
            format: output.output,
            showsHosts: hosts,
            commandSuffix: server.asTyped
        )
        let follower = CycleFollower(client: try server.client(), cycle: id, hosts: hosts || output.output == .json)
        let last = try await follower.follow { cycle in
            try StandardOutput.write(output.times.showing { try display.update(cycle, .detected()) })
        }
        guard last.state == "completed" else { throw ExitCode.cycleNotCompleted }
    }
}
