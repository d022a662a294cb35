import ArgumentParser

/// The command `ringmaster cycle pause`.
struct CyclePause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a cycle.",
        discussion: """
            Hosts in flight finish; no other host starts until the cycle is resumed.

            Example:
              ringmaster cycle pause CYCLE --reason "vendor withdrew a patch"
            """
    )

    @OptionGroup var options: SteerOptions

    func run() async throws { try await options.steer("pause") }
}
