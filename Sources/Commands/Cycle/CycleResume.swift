import ArgumentParser

/// The command `ringmaster cycle resume`.
struct CycleResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a cycle that is paused or halted.",
        discussion: """
            A cycle that halted at its error threshold goes on with the hosts that have not started.

            Example:
              ringmaster cycle resume CYCLE --reason "two failures understood, mirror repaired"
            """
    )

    @OptionGroup var options: SteerOptions

    func run() async throws { try await options.steer("resume") }
}
