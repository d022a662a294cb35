import ArgumentParser

/// The command `ringmaster cycle abort`.
struct CycleAbort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Abort a cycle for good.",
        discussion: """
            Queued hosts are cancelled; hosts in flight go on to the nearest safe point.

            Example:
              ringmaster cycle abort CYCLE --reason "bad kernel in early"
            """
    )

    @OptionGroup var options: SteerOptions

    func run() async throws { try await options.steer("abort") }
}
