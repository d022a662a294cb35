package import AgentProtocol

/// Carries out the effects of a host run.
package protocol HostRunExecutor: Sendable {
    /// The boot the host is in.
    func currentBoot() async throws(StepFailure) -> BootFacts

    /// Does it and says what came of it; failures are an outcome too.
    func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome

    /// Keeps what the programs printed in the order, which is about to end; may be called again.
    func keepOutputs(of order: Order) async throws
}
