package import AgentProtocol

/// A host that somebody else reboots when this process has ended.
package final class AskedReboot: BootControl {
    private static let pause = Duration.seconds(3_600)

    private let boot: any BootControl
    private let question: AsyncStream<Void>
    private let asker: AsyncStream<Void>.Continuation

    /// - Parameter boot: knows which one the host is in.
    package init(_ boot: any BootControl) {
        self.boot = boot
        (question, asker) = AsyncStream.makeStream(of: Void.self)
    }

    package func current() async throws(StepFailure) -> BootFacts { try await boot.current() }

    /// Asks for the reboot and waits to be ended.
    package func reboot(clock: any Clock<Duration>) async throws -> String {
        asker.finish()
        while true { try await clock.sleep(for: Self.pause) }
    }

    /// Returns once a reboot is asked for.
    func asked() async throws {
        for await _ in question {}
        try Task.checkCancellation()
    }
}
