package import AgentProtocol

/// Which boot a host is in, and how it gets into the next, as its operating system has it.
package protocol BootControl: Sendable {
    /// The boot the host is in.
    func current() async throws(StepFailure) -> BootFacts

    /// Runs the reboot command and waits for the end of this process.
    ///
    /// - Returns: why this process is still there.
    func reboot(clock: any Clock<Duration>) async throws -> String
}
